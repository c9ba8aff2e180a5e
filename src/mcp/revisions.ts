import { isObject, type JsonObject, own } from '../lib/json-object.ts'
import type { RpcBatch, RpcEntry } from './json-rpc.ts'

/** Revisions of the specification, oldest first. The first was a preview; the official v1 SDK still serves it. */
export const revisions = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const

export type Revision = (typeof revisions)[number]

/** `legacy`: `initialize`, sessions, server requests. `modern`: from 2026-07-28 on, everything is said per request. */
export type Era = 'legacy' | 'modern'

/** First revision of the modern era. */
export const modernRevision: Revision = '2026-07-28'

/** Last revision whose messages may come in batches. */
const lastBatchRevision: Revision = '2025-03-26'

/** Where a modern request says which revision it speaks. */
export const versionKey = 'io.modelcontextprotocol/protocolVersion'

const known: ReadonlySet<string> = new Set(revisions)

export function isRevision(value: unknown): value is Revision {
  return typeof value === 'string' && known.has(value)
}

export function eraOf(revision: Revision): Era {
  return revision >= modernRevision ? 'modern' : 'legacy'
}

export function allowsBatches(revision: Revision | undefined): boolean {
  return revision === undefined || revision <= lastBatchRevision
}

/** What `params._meta` claims, whatever it is; undefined when it claims nothing. */
export function claimedVersion(params: JsonObject | undefined): unknown {
  const meta = own(params, '_meta')
  return isObject(meta) ? own(meta, versionKey) : undefined
}

/**
 * The era of one message, decided by its body as the official servers do: modern when `_meta` names a version, legacy otherwise.
 * Headers are the word of whoever stands between; they only cross-check. An `initialize` is legacy unless its claim is modern.
 */
export function eraOfMessage(entry: RpcEntry): Era {
  if (entry.kind !== 'request' && entry.kind !== 'notification') return 'legacy'
  const claim = claimedVersion(entry.params)
  if (claim === undefined) return 'legacy'
  return entry.method === 'initialize' && !(isRevision(claim) && eraOf(claim) === 'modern') ? 'legacy' : 'modern'
}

export type ProtocolFacts =
  | { readonly ok: true; readonly era: Era; readonly revision: Revision | undefined; readonly batch: boolean }
  | {
      readonly ok: false
      readonly code: 'revision_unsupported'
      readonly data: { readonly supported: readonly string[]; readonly requested: string }
    }
  | { readonly ok: false; readonly code: 'header_mismatch' | 'batch_invalid' | 'message_invalid'; readonly reason: string }

/**
 * Which protocol a body speaks, or why it may not.
 *
 * `header` is `MCP-Protocol-Version`: its one value, `conflict` when there were several, or undefined. `supported` narrows the
 * revisions that are let through; by default all known ones.
 */
export function readProtocol(
  body: RpcEntry | RpcBatch,
  header: { readonly value: string } | 'conflict' | undefined,
  supported: readonly Revision[] = revisions,
): ProtocolFacts {
  if (header === 'conflict') return { ok: false, code: 'header_mismatch', reason: 'version header appears more than once' }
  const named = header?.value.trim()
  if (body.kind === 'batch') return readBatch(body, named, supported)
  if (eraOfMessage(body) === 'legacy') return readLegacy(body, named, supported)
  const claim = claimedVersion((body as { params: JsonObject | undefined }).params)
  if (typeof claim !== 'string') return { ok: false, code: 'message_invalid', reason: 'protocol version in _meta is not a string' }
  if (named !== undefined && named !== claim) return { ok: false, code: 'header_mismatch', reason: 'version header differs from _meta' }
  if (!isRevision(claim) || eraOf(claim) !== 'modern' || !supported.includes(claim)) return unsupported(claim, supported, 'modern')
  // Only requests must carry the header; SDK clients send it with notifications too.
  if (named === undefined && body.kind === 'request') return { ok: false, code: 'header_mismatch', reason: 'version header is missing' }
  return { ok: true, era: 'modern', revision: claim, batch: false }
}

function readLegacy(body: RpcEntry, named: string | undefined, supported: readonly Revision[]): ProtocolFacts {
  if (named === undefined) return { ok: true, era: 'legacy', revision: undefined, batch: false }
  const initialize = body.kind === 'request' && body.method === 'initialize'
  if (isRevision(named) && eraOf(named) === 'modern') {
    if (initialize) return { ok: false, code: 'header_mismatch', reason: 'initialize under a modern version header' }
    // The header is modern, the body claims nothing: the server refuses a request for its missing `_meta` (-32602) and takes a
    // notification. Either way the body was judged, and what we answer must suit a modern client.
    return supported.includes(named) ? { ok: true, era: 'modern', revision: named, batch: false } : unsupported(named, supported, 'modern')
  }
  // `initialize` negotiates in its body; a header left over from an earlier session means nothing yet.
  if (initialize) return { ok: true, era: 'legacy', revision: undefined, batch: false }
  if (!isRevision(named) || !supported.includes(named)) return unsupported(named, supported)
  return { ok: true, era: 'legacy', revision: named, batch: false }
}

function readBatch(body: RpcBatch, named: string | undefined, supported: readonly Revision[]): ProtocolFacts {
  if (named !== undefined && (!isRevision(named) || !supported.includes(named))) return unsupported(named, supported)
  if (!allowsBatches(named)) return { ok: false, code: 'batch_invalid', reason: `revision ${named} has no batches` }
  for (const entry of body.entries) {
    if (eraOfMessage(entry) === 'modern') return { ok: false, code: 'batch_invalid', reason: 'a modern message in a batch' }
    if (entry.kind === 'request' && entry.method === 'initialize')
      return { ok: false, code: 'batch_invalid', reason: 'initialize in a batch' }
  }
  return { ok: true, era: 'legacy', revision: named, batch: true }
}

/** A modern client is told of modern revisions alone: shown a legacy one it would fall back to the era without header checks. */
function unsupported(requested: string, supported: readonly Revision[], era?: Era): ProtocolFacts {
  const offered = era === undefined ? supported : supported.filter((revision) => eraOf(revision) === era)
  return { ok: false, code: 'revision_unsupported', data: { supported: offered, requested: requested.slice(0, 64) } }
}
