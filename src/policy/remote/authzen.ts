import { systemClock } from '../../core/clock.ts'
import { CircuitBreaker } from '../../lib/circuit-breaker.ts'
import { fetchJson } from '../../lib/fetch-json.ts'
import { isObject, own } from '../../lib/json-object.ts'
import type { Decision, PolicyDecisionPoint, PolicyRequest } from '../pdp.ts'
import { createRemote, type RemoteOptions } from './remote.ts'

/** An AuthZEN 1.0 decision point (Access Evaluation API, section 6). */
export interface AuthZenOptions extends RemoteOptions {
  /** Default. */
  readonly kind?: 'authzen' | undefined
  /** The evaluation endpoint: `https://pdp.example/access/v1/evaluation`. https, or http to this machine. */
  readonly url: string
  /** The evaluations endpoint (`/access/v1/evaluations`, section 7): a list is then filtered with one call. Default: one call per item. */
  readonly evaluationsUrl?: string | undefined
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
  const { evaluationsUrl, clock = systemClock, timeoutMs = 2_000 } = options
  const breaker = new CircuitBreaker()

  async function evaluateAll(url: string, requests: readonly PolicyRequest[]): Promise<readonly Decision[]> {
    const [first] = requests
    if (first === undefined) return []
    const now = clock.now()
    const { resource: _, ...shared } = question(first)
    const body = JSON.stringify({ ...shared, evaluations: requests.map((request) => ({ resource: question(request).resource })) })
    const headers = { 'content-type': 'application/json', ...options.headers }
    const call = { url, method: 'POST', headers, body, timeoutMs, maxBytes: 1_048_576, fetch: options.fetch } as const
    const answer = breaker.waitMs(now) > 0 ? undefined : await fetchJson(call)
    const usable = answer?.ok === true && answer.status === 200
    if (usable) breaker.succeeded()
    else if (answer !== undefined) breaker.failed(now)
    const evaluations = usable ? own(answer.value, 'evaluations') : undefined
    // Fewer answers than questions, or more: nobody knows which belongs to which.
    const fits = Array.isArray(evaluations) && evaluations.length === requests.length
    return requests.map((_request, i): Decision => {
      const decision = fits && own(evaluations[i], 'decision') === true
      return { decision, reason: `authzen: ${decision ? 'allowed' : 'denied'}` }
    })
  }

  const single = createRemote(
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
  return evaluationsUrl === undefined ? single : { ...single, evaluateAll: (requests) => evaluateAll(evaluationsUrl, requests) }
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
