import { isObject, own } from '../../lib/json-object.ts'
import type { PolicyDecisionPoint, PolicyRequest } from '../pdp.ts'
import { createRemote, type RemoteOptions } from './remote.ts'

/** The `oiap/evaluate` call of an AZTP service. The service does not document its answer: only what is listed here allows. */
export interface OiapServiceOptions extends RemoteOptions {
  readonly kind: 'oiap'
  /** Up to `.../astha/v1`, with or without `/aztp`. */
  readonly baseUrl: string
  readonly apiKey: string
  /** Where the boolean is, as member names: `['data', 'allowed']`. Default: `allowed`, `isAllowed`, `allow`, `valid`, or `data` itself. */
  readonly decisionPath?: readonly string[] | undefined
}

export function oiapService(options: OiapServiceOptions): PolicyDecisionPoint {
  const url = `${options.baseUrl.replace(/\/{1,8}$/, '').replace(/\/aztp$/, '')}/oiap/evaluate`
  const body = ({ subject, resource }: PolicyRequest) => ({
    aztp_id: subject.properties['aztp_id'],
    requested_resource: resource.id,
    user_id: subject.id,
  })
  return createRemote(
    'oiap-service',
    {
      key(request) {
        const { aztp_id: id } = body(request)
        if (typeof id !== 'string' || id === '') return { refused: 'the caller has no AZTP id' }
        return { key: [id, request.subject.id, request.resource.type, request.resource.id] }
      },
      call: (request) => ({ url, headers: { api_access_key: options.apiKey }, body: JSON.stringify(body(request)) }),
      read(answer) {
        const allowed = readDecision(answer, options.decisionPath)
        return allowed === undefined ? undefined : { decision: allowed, reason: `oiap-service: ${allowed ? 'allowed' : 'denied'}` }
      },
    },
    options,
  )
}

/** Only a boolean is an answer: `"true"`, `1` and `"ALLOW"` are not. An answer that says `success: false` allows nothing. */
function readDecision(answer: unknown, path: readonly string[] | undefined): boolean | undefined {
  if (own(answer, 'success') === false) return false
  if (path !== undefined) return booleanOf(path.reduce<unknown>((value, key) => own(value, key), answer))
  const data = isObject(answer) && Object.hasOwn(answer, 'data') ? answer['data'] : answer
  const found = [data, ...['allowed', 'isAllowed', 'allow', 'valid'].map((key) => own(data, key))]
    .map(booleanOf)
    .filter((one) => one !== undefined)
  // Two booleans that disagree are no answer either.
  return found.length === 0 ? undefined : found.every((one) => one)
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
