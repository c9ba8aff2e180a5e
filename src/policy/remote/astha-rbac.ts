import { own } from '../../lib/json-object.ts'
import type { PolicyDecisionPoint, PolicyRequest } from '../pdp.ts'
import { createRemote, type RemoteOptions } from './remote.ts'

/** The tool lists of an Astha RBAC gateway: denied, then allowed, then no. */
export interface AsthaRbacOptions extends RemoteOptions {
  readonly kind: 'astha-rbac'
  /** Default `https://api.astha.ai/astha/v1/user-workload/access-token/rbac`. */
  readonly url?: string | undefined
  /** The user's access token for this request. */
  readonly userAccessToken: string | ((request: PolicyRequest) => string | undefined)
  readonly apiKey?: string | undefined
}

const defaultUrl = 'https://api.astha.ai/astha/v1/user-workload/access-token/rbac'

export function asthaRbac(options: AsthaRbacOptions): PolicyDecisionPoint {
  const tokenOf = (request: PolicyRequest) =>
    typeof options.userAccessToken === 'string' ? options.userAccessToken : options.userAccessToken(request)
  return createRemote(
    'astha-rbac',
    {
      key(request) {
        const id = request.subject.properties['aztp_id']
        const token = tokenOf(request)
        if (typeof id !== 'string' || id === '') return { refused: 'the caller has no AZTP id' }
        if (token === undefined || token === '') return { refused: 'no user access token' }
        return { key: [id, token] } // one answer holds the lists for every tool
      },
      call(request) {
        const key = options.apiKey === undefined ? {} : { api_access_key: options.apiKey }
        const headers = { user_access_token: tokenOf(request) ?? '', ...key }
        return { url: options.url ?? defaultUrl, headers, body: JSON.stringify({ aztpId: request.subject.properties['aztp_id'] }) }
      },
      read(answer, { resource }) {
        const tools = own(own(answer, 'data'), 'tools')
        const denied = strings(own(tools, 'denied_tools'))
        const allowed = strings(own(tools, 'allowed_tools'))
        if (own(answer, 'success') === false || denied === undefined || allowed === undefined) return undefined
        if (resource.type !== 'tool' || denied.includes(resource.id)) return { decision: false, reason: 'astha-rbac: denied' }
        const decision = allowed.includes(resource.id)
        return { decision, reason: `astha-rbac: ${decision ? 'allowed' : 'not listed'}` }
      },
    },
    options,
  )
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}
