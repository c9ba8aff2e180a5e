import { bytesOf } from '../../lib/utf8.ts'
import type { BodyTransform, TransformOutput } from '../exchange.ts'
import type { TextTransform } from '../guard.ts'
import type { ResponseHead } from '../http.ts'
import { createTextCodec } from './text-codec.ts'

/** Text that leaves as it comes, but for what a transform keeps back because it may become a match. */
export function textStream(head: ResponseHead, transforms: readonly TextTransform[], charset: string | undefined): BodyTransform {
  const codec = createTextCodec(charset)
  const through = (text: string): string => transforms.reduce((flow, transform) => (flow === '' ? '' : transform.push(flow)), text)

  const finish = (): string => {
    let flow = codec.finish()
    for (const transform of transforms) flow = (flow === '' ? '' : transform.push(flow)) + transform.end()
    return flow
  }
  const bytes = (text: string): TransformOutput => (text === '' ? undefined : codec.encode(text))
  return {
    kind: 'stream',
    head,
    push: (chunk) => bytes(through(codec.decode(bytesOf(chunk)))),
    end: () => bytes(finish()),
  }
}
