import { joinBytes } from '../../lib/bytes.ts'
import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { bytesOf, encodeUtf8 } from '../../lib/utf8.ts'
import type { BodyTransform, Chunk, TransformOutput } from '../exchange.ts'
import type { TextTransform } from '../guard.ts'
import { editHead, type ResponseHead } from '../http.ts'
import type { OutletEnv } from './parts.ts'
import { judgeReplyBody } from './replies.ts'
import { createTextCodec } from './text-codec.ts'
import { closedOrNoted } from './uninspected.ts'

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
  let text: string | undefined
  let chunks: Uint8Array[] = []
  let size = 0
  let released = false

  const hold = (bytes: Uint8Array): void => {
    chunks.push(bytes)
    size += bytes.length
  }

  const push = (chunk: Chunk): TransformOutput => {
    if (released) return chunk
    if (text !== undefined) hold(encodeUtf8(text))
    text = undefined
    // Most replies come in one piece: text waits as it is, in case it is the whole of one.
    if (typeof chunk === 'string' && size === 0 && chunk.length * 3 <= env.limits.maxReplyBytes) {
      text = chunk
      return undefined
    }
    hold(bytesOf(chunk))
    if (size <= env.limits.maxReplyBytes) return undefined
    const refused = closedOrNoted('large-reply', env)
    const all = refused === undefined ? joinBytes(chunks, size) : undefined
    chunks = []
    released = true
    return refused ?? all
  }

  const end = (): MaybePromise<TransformOutput> => {
    if (released) return undefined
    const body = text ?? joinBytes(chunks, size)
    chunks = []
    if (body.length === 0) return body
    if (kind === 'text') return changedOr(body, head, env, runText(bytesOf(body), transforms ?? [], charset))
    return andThen(judgeReplyBody(body, env), (outcome) => {
      if (outcome === 'same') return body
      if ('denial' in outcome) return { reply: env.refuse(outcome.denial) }
      return changedOr(body, head, env, encodeUtf8(outcome.text))
    })
  }
  return { kind: 'whole', head, push, end }
}

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

function changedOr(before: Chunk, head: ResponseHead, env: OutletEnv, after: Uint8Array): TransformOutput {
  if (sameBytes(bytesOf(before), after)) return before
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
