import { isObject, own } from '../../mcp/json-rpc.ts'
import type { PolicyDecisionPoint, PolicyRequest } from '../pdp.ts'
import { createRemote, type RemoteOptions } from './remote.ts'

/** An AuthZEN 1.0 decision point (Access Evaluation API, section 6). */
export interface AuthZenOptions extends RemoteOptions {
  /** Default. */
  readonly kind?: 'authzen' | undefined
  /** The evaluation endpoint: `https://pdp.example/access/v1/evaluation`. https, or http to this machine. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Send the arguments of the call in `context.arguments`. Default true. */
  readonly sendArguments?: boolean | undefined
}

export function authZen(options: AuthZenOptions): PolicyDecisionPoint {
  const question = ({ subject, action, resource, context }: PolicyRequest) => ({
    subject: { type: subject.type, id: subject.id, properties: jsonOf(subject.properties) },
    action: { name: action.name },
    resource: { type: resource.type, id: resource.id },
    context: {
      ...(context.ip === undefined ? {} : { ip: context.ip }),
      ...(options.sendArguments === false || context.arguments === undefined ? {} : { arguments: context.arguments }),
    },
  })
  return createRemote(
    'authzen',
    {
      key: (request) => ({ key: question(request) }),
      call: (request) => ({ url: options.url, headers: options.headers, body: JSON.stringify(question(request)) }),
      read(answer) {
        const decision = own(answer, 'decision')
        if (typeof decision !== 'boolean') return undefined
        return { decision, reason: `authzen: ${decision ? 'allowed' : `denied${reasonOf(own(answer, 'context'))}`}` }
      },
    },
    options,
  )
}

/** `undefined` members are not JSON. */
function jsonOf(properties: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(properties))
}

/** AuthZEN's `reason_admin`, shortened: for the audit trail only. */
function reasonOf(context: unknown): string {
  const reason = own(context, 'reason_admin')
  const text = isObject(reason) ? Object.values(reason)[0] : reason
  return typeof text === 'string' ? ` (${text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)})` : ''
}
