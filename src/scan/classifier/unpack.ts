import { PLACES } from './features.ts'
import type { Model } from './model.ts'
import { bias, packed, scale } from './weights.ts'

let model: Model | undefined

/** The shipped model, unpacked when it is first needed. */
export function shippedModel(): Model {
  if (model !== undefined) return model
  const weights = new Int8Array(PLACES)
  let place = 0
  for (let i = 0; i < packed.length; i++) {
    const code = packed.charCodeAt(i)
    if (code < 0x30) continue
    // The alphabet leaves out backslash (0x5c) and backtick (0x60).
    weights[place++] = code - 0x30 - (code > 0x5c ? 1 : 0) - (code > 0x60 ? 1 : 0) - 31
  }
  if (place !== PLACES) throw new Error('The weights of the classifier are damaged.')
  return (model = { weights, scale, bias })
}
