import type { BothModels, Model } from './model.ts'
import * as shipped from './weights.ts'

let models: BothModels | undefined

/** The shipped models, unpacked when they are first needed. */
export function shippedModels(): BothModels {
  return (models ??= { order: unpack(shipped.order), story: unpack(shipped.story) })
}

function unpack({ packed, scale, bias, window }: (typeof shipped)['order' | 'story']): Model {
  const weights = new Int8Array(packed.length)
  let place = 0
  for (let i = 0; i < packed.length; i++) {
    const code = packed.charCodeAt(i)
    if (code < 0x30) continue
    weights[place++] = code - 0x30 - 15
  }
  // Features are hashed to a power of two.
  if (place === 0 || (place & (place - 1)) !== 0) throw new Error('The weights of the classifier are damaged.')
  return { weights: weights.slice(0, place), scale, bias, window }
}
