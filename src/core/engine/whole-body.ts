import { joinBytes } from '../../lib/bytes.ts'
import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { BodyTransform, TransformOutput } from '../exchange.ts'
import type { TextTransform } from '../guard.ts'
import { editHead, type ResponseHead } from '../http.ts'
import { closedOrNoted, type OutletEnv } from './outlet.ts'
import { judgeReplyBody } from './replies.ts'
import { createTextCodec } from './text-codec.ts'

/**
 * A reply of known or modest size, held until it is complete. What no guard changes leaves as the original bytes.
 *
 * Over the bound, a guarded reply is refused and a plain one is released and passes, noted.
 */
export function wholeBody(
  head: ResponseHead,
  env: OutletEnv,
  kind: 'json' | 'text',
  transforms?: readonly TextTransform[],
  charset?: string,
): BodyTransform {
  let chunks: Uint8Array[] = []
  let size = 0
  let released = false

  const push = (chunk: Uint8Array): TransformOutput => {
    if (released) return chunk
    chunks.push(chunk)
    size += chunk.length
    if (size <= env.limits.maxReplyBytes) return undefined
    const refused = closedOrNoted('large-reply', env)
    const held = refused === undefined ? joinBytes(chunks, size) : undefined
    chunks = []
    released = true
    return refused ?? held
  }

  const end = (): MaybePromise<TransformOutput> => {
    if (released) return undefined
    const bytes = joinBytes(chunks, size)
    chunks = []
    if (bytes.length === 0) return bytes
    if (kind === 'text') return changedOr(bytes, head, env, runText(bytes, transforms ?? [], charset))
    return andThen(judgeReplyBody(bytes, env), (outcome) => {
      if (outcome === 'same') return bytes
      if ('denial' in outcome) return { reply: env.refuse(outcome.denial) }
      return changedOr(bytes, head, env, encoder.encode(outcome.text))
    })
  }
  return { kind: 'whole', head, push, end }
}

const encoder = new TextEncoder()

/** Validators and digests of a representation that no longer is. */
const stale = {
  etag: undefined,
  digest: undefined,
  'content-md5': undefined,
  'content-digest': undefined,
  'repr-digest': undefined,
  'accept-ranges': undefined,
  'transfer-encoding': undefined,
}

function changedOr(before: Uint8Array, head: ResponseHead, env: OutletEnv, after: Uint8Array): TransformOutput {
  if (sameBytes(before, after)) return before
  env.status(head.status)
  return { reply: { ...editHead(head, { ...stale, 'content-length': String(after.length) }), body: after } }
}

function runText(bytes: Uint8Array, transforms: readonly TextTransform[], charset: string | undefined): Uint8Array {
  const codec = createTextCodec(charset)
  let text = codec.decode(bytes) + codec.finish()
  for (const transform of transforms) text = transform.push(text) + transform.end()
  return codec.encode(text)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
