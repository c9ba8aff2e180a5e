import type { Clock } from '../core/clock.ts'
import { CircuitBreaker } from '../lib/circuit-breaker.ts'
import { type Fetch, fetchJson } from '../lib/fetch-json.ts'
import { AztpError } from './identity-service.ts'

export interface WireOptions {
  readonly baseUrl: string
  readonly apiKey: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly fetch?: Fetch | undefined
}

export interface WireCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Relative to `.../astha/v1`, segments escaped. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: Readonly<Record<string, unknown>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Statuses other than 2xx whose envelope is an answer, not a fault. */
  readonly answers?: readonly number[] | undefined
}

/** `{ success, message, data }`. `code` is the part of `message` before the dash: `AZTP-ID-E-001`. */
export interface Envelope {
  readonly success: boolean
  readonly code: string | undefined
  readonly data: unknown
  /** The whole answer. */
  readonly raw: unknown
}

export type Wire = (call: WireCall) => Promise<Envelope>

/**
 * Calls the AZTP service. Everything that is not a complete envelope is `unavailable`: an empty body, HTML, half an object, a redirect,
 * more than 256 KiB. After five such answers in a row the service is left alone for ten seconds.
 */
export function createWire(options: WireOptions): Wire {
  const breaker = new CircuitBreaker()
  return async (call) => {
    const now = options.clock.now()
    if (breaker.waitMs(now) > 0) throw new AztpError('unavailable', 'The identity service is left alone after failures.')
    const answer = await fetchJson({
      url: `${options.baseUrl}/${call.path}${queryOf(call.query)}`,
      method: call.method,
      headers: { api_access_key: options.apiKey, 'content-type': 'application/json', ...call.headers },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      timeoutMs: options.timeoutMs,
      maxBytes: 262_144,
      fetch: options.fetch,
    })
    const { status } = answer
    const isAnswer = status !== undefined && call.answers?.includes(status) === true
    if (!isAnswer && (status === 401 || status === 403))
      throw new AztpError('unauthorized', 'The identity service does not accept our key.', status)
    const usable = answer.ok && (answer.status < 300 || isAnswer)
    const envelope = usable ? readEnvelope(answer.value) : undefined
    if (envelope !== undefined) {
      breaker.succeeded()
      return envelope
    }
    if (status === 400 || status === 422) throw new AztpError('invalid', 'The identity service calls the request malformed.', status)
    breaker.failed(now)
    throw new AztpError(
      'unavailable',
      `The identity service does not answer (${answer.ok ? `status ${answer.status}` : answer.fault}).`,
      status,
    )
  }
}

function readEnvelope(value: unknown): Envelope | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { success, message, data } = value as Record<string, unknown>
  if (typeof success !== 'boolean') return undefined
  const code = typeof message === 'string' ? /^[A-Z0-9-]{1,40}/.exec(message)?.[0]?.replace(/-+$/, '') : undefined
  return { success, code, data, raw: value }
}

function queryOf(query: WireCall['query']): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** The base URL up to `.../astha/v1`: both spellings of AZTP_BASE_URL, with and without `/aztp`, mean the same place. */
export function normaliseBaseUrl(baseUrl: string): string {
  const bare = baseUrl.replace(/\/{1,8}$/, '')
  return bare.endsWith('/aztp') ? bare.slice(0, -'/aztp'.length) : bare
}
