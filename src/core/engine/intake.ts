import { isJsonType, isUtf8Charset, type MediaType } from '../../lib/media-type.ts'
import type { BodyPlan } from '../exchange.ts'
import type { BodyLimits, Guard } from '../guard.ts'
import type { RequestFacts } from '../http.ts'
import { peekForJson } from './reading.ts'

/** Bounds where no guard sets tighter ones. */
export const ceiling: BodyLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 256,
  maxNodes: 1_000_000,
  maxBatch: 1000,
  maxReplyBytes: 16 * 1024 * 1024,
  maxEventBytes: 4 * 1024 * 1024,
}

/** The tightest bounds any of the guards asks for. */
export function tightest(guards: readonly Guard[], base: BodyLimits = ceiling): BodyLimits {
  let limits = base
  for (const guard of guards) {
    const wanted = guard.needs?.limits
    if (wanted === undefined) continue
    limits = {
      maxBytes: Math.min(limits.maxBytes, wanted.maxBytes ?? limits.maxBytes),
      maxDepth: Math.min(limits.maxDepth, wanted.maxDepth ?? limits.maxDepth),
      maxNodes: Math.min(limits.maxNodes, wanted.maxNodes ?? limits.maxNodes),
      maxBatch: Math.min(limits.maxBatch, wanted.maxBatch ?? limits.maxBatch),
      maxReplyBytes: Math.min(limits.maxReplyBytes, wanted.maxReplyBytes ?? limits.maxReplyBytes),
      maxEventBytes: Math.min(limits.maxEventBytes, wanted.maxEventBytes ?? limits.maxEventBytes),
    }
  }
  return limits
}

/**
 * How a request body is treated, from its head alone.
 *
 * `json`: must be read and understood. `suspect`: not JSON by its type, yet a lenient server may take it for JSON
 * (`text/plain; application/json`, no type at all), so it is read and refused if it turns out to be MCP. `text`: scanned when
 * somebody wants it. `other`: uploads, images, binaries; left alone once they are seen not to be JSON, for handlers that parse without
 * looking at the type (`c.req.json()`) would take that for a message.
 */
export type BodyKind = 'json' | 'suspect' | 'text' | 'form' | 'other'

export function bodyKind(media: MediaType): BodyKind {
  if (media.valid && isJsonType(media.essence)) return 'json'
  if (media.raw.includes('application/json') || !media.valid) return 'suspect'
  if (media.essence === 'application/x-www-form-urlencoded') return 'form'
  return media.essence === '' || isTextType(media.essence) ? 'text' : 'other'
}

const textTypes = /^(text\/.{1,80}|application\/(.{1,80}\+xml|xml|(x-)?(yaml|ndjson|javascript)|graphql|jsonl|jsonlines|json-seq|sql))$/

/** Text by its media type, beyond JSON and forms. */
export function isTextType(essence: string): boolean {
  return essence.length < 100 && textTypes.test(essence)
}

/** True for JSON in a coding that is not UTF-8: what we would judge is not what the handler would read. */
export function hasForeignCharset(media: MediaType): boolean {
  return isJsonType(media.essence) && !isUtf8Charset(media.charset)
}

export const leaveAlone: BodyPlan = { read: false, maxBytes: 0, overflow: 'pass' }

/** Decides whether and how the adapter reads the body. */
export function planBody(
  request: RequestFacts,
  kind: BodyKind,
  wants: { readonly body: boolean; readonly guarded: boolean; readonly answered: boolean; readonly limits: BodyLimits },
): BodyPlan {
  if (!mayHaveBody(request)) return leaveAlone
  const { maxBytes } = wants.limits
  if (kind === 'json') return { read: true, maxBytes, overflow: 'deny' }
  if (kind === 'suspect') return { read: true, maxBytes, overflow: 'deny' }
  if (kind === 'other') return { read: true, maxBytes, overflow: wants.guarded || wants.answered ? 'deny' : 'pass', peek: peekForJson }
  if (!wants.body) return leaveAlone
  return { read: true, maxBytes, overflow: wants.guarded ? 'deny' : 'pass' }
}

/** True when the head announces more bytes than the plan allows: refused before a byte is read. */
export function announcesTooMuch(request: RequestFacts, plan: BodyPlan): boolean {
  if (!plan.read || plan.overflow !== 'deny' || plan.peek !== undefined) return false
  const length = request.headers.get('content-length')
  if (length === undefined) return false
  for (let i = 0; i < length.length; i++) {
    const c = length.charCodeAt(i)
    if (c < 48 || c > 57) return false
  }
  return length.length > 15 || Number(length) > plan.maxBytes
}

function mayHaveBody(request: RequestFacts): boolean {
  const { headers } = request
  if (headers.has('transfer-encoding')) return true
  const length = headers.get('content-length')
  if (length !== undefined) return length !== '0'
  // HTTP/2 and fetch runtimes need not announce a length.
  return request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS' && request.method !== 'TRACE'
}
