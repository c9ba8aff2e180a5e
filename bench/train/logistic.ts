/** Windows as sets of places; `value` is 1 / sqrt(size), so that long and short windows weigh the same. */
export interface Samples {
  readonly places: Uint16Array
  readonly from: Uint32Array
  readonly label: Int8Array
  /** By sample: how much it counts. */
  readonly weight: Float64Array
  /** By sample: the row it was cut from. */
  readonly row: Int32Array
  readonly count: number
}

/** Weights by place, and what a window of none has. */
export interface Linear {
  readonly w: Float64Array
  readonly bias: number
}

export interface FitOptions {
  readonly places: number
  /** Windows with fewer features count as if they had so many. */
  readonly few: number
  readonly c: number
  readonly passes: number
  readonly random: () => number
}

/**
 * Logistic regression with an L2 penalty, solved in the dual by coordinate descent (Yu, Huang, Lin 2011): exact, few passes, one core.
 * `chosen` lists the samples to learn from; the order of visits is drawn from `random`.
 */
export function regress(samples: Samples, chosen: Int32Array, options: FitOptions): Linear {
  const { places, from, label } = samples
  const w = new Float64Array(options.places)
  let bias = 0
  const n = chosen.length
  const order = Int32Array.from(chosen)
  const alpha = new Float64Array(samples.count)
  const sizeOf = (i: number) => 1 / Math.sqrt(Math.max(from[i + 1]! - from[i]!, options.few))
  const move = (i: number, by: number) => {
    const step = by * sizeOf(i)
    for (let j = from[i]!, last = from[i + 1]!; j < last; j++) w[places[j]!]! += step
    bias += by
  }
  for (const i of order) {
    const cap = options.c * samples.weight[i]!
    alpha[i] = Math.min(0.001 * cap, 1e-8)
    move(i, alpha[i]! * label[i]!)
  }
  for (let pass = 0; pass < options.passes; pass++) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(options.random() * (i + 1))
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
    }
    let largest = 0
    for (const i of order) {
      const cap = options.c * samples.weight[i]!
      const y = label[i]!
      const value = sizeOf(i)
      let dot = 0
      for (let j = from[i]!, last = from[i + 1]!; j < last; j++) dot += w[places[j]!]!
      const a = (from[i + 1]! - from[i]!) * value * value + 1
      const b = y * (dot * value + bias)
      const one = alpha[i]!
      const other = cap - one
      const flip = 0.5 * a * (other - one) + b < 0
      const sign = flip ? -1 : 1
      const old = flip ? other : one
      let z = cap - old < 0.5 * cap ? 0.1 * old : old
      let gradient = a * (z - old) + sign * b + Math.log(z / (cap - z))
      largest = Math.max(largest, Math.abs(gradient))
      for (let inner = 0; inner < 100 && Math.abs(gradient) > 1e-3; inner++) {
        const next = z - gradient / (a + cap / (cap - z) / z)
        z = next <= 0 ? z * 0.1 : Math.min(next, cap * (1 - 1e-12))
        gradient = a * (z - old) + sign * b + Math.log(z / (cap - z))
      }
      if (z === old) continue
      alpha[i] = flip ? cap - z : z
      move(i, sign * (z - old) * y)
    }
    if (largest < 0.05) break
  }
  return { w, bias }
}
