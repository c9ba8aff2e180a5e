import { writeFileSync } from 'node:fs'
import type { BothModels, Model } from '../../src/scan/classifier/model.ts'

/** Weights take whole numbers from -LEVELS to LEVELS: one printable character each. */
const LEVELS = 15

/** Rounds weights to whole numbers with the scale that loses least; the largest few are cut off. */
export function quantise({ w, bias }: { readonly w: Float64Array; readonly bias: number }, window: number): Model {
  const largest = w.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  let scale = largest / LEVELS
  let least = Number.POSITIVE_INFINITY
  for (let share = 1; share > 0.1; share -= 0.05) {
    const candidate = (largest * share) / LEVELS
    let loss = 0
    for (const value of w) loss += (value - candidate * level(value / candidate)) ** 2
    if (loss < least) {
      least = loss
      scale = candidate
    }
  }
  // Few digits: what stands in the source is exactly what is used.
  const rounded = Number(scale.toPrecision(6))
  return { weights: Int8Array.from(w, (value) => level(value / rounded)), scale: rounded, bias: Number(bias.toFixed(4)), window }
}

function level(value: number): number {
  return Math.max(-LEVELS, Math.min(LEVELS, Math.round(value)))
}

/** Writes the module the classifier is shipped with. */
export function writeWeights(
  file: URL,
  { order, story }: BothModels,
  points: Readonly<Record<string, { readonly order: readonly number[]; readonly story?: readonly number[] | undefined }>>,
  sha256: string,
): void {
  const list = (margins: readonly number[]) => `[${margins.map((margin) => Number(margin.toFixed(3))).join(', ')}]`
  const numbers = Object.entries(points).map(
    ([name, { order: first, story: second }]) =>
      `  ${name}: { order: ${list(first)}${second === undefined ? '' : `, story: ${list(second)}`} },`,
  )
  writeFileSync(
    file,
    `// Written by bench/train/train.ts from training data with sha256 ${sha256}. Not edited by hand.

/** By channel and model: the margin few harmless texts of unseen sources exceed, and those of the operating points high, balanced, low. */
export const points = {
${numbers.join('\n')}
} as const

// One character a weight, -15 (\`0\`) to 15 (\`N\`).

export const order = ${pack(order)}

export const story = ${pack(story)}
`,
  )
}

function pack({ weights, scale, bias, window }: Model): string {
  const lines: string[] = []
  for (let i = 0; i < weights.length; i += 128)
    lines.push(Array.from(weights.subarray(i, i + 128), (weight) => String.fromCharCode(0x30 + LEVELS + weight)).join(''))
  return `{\n  scale: ${scale},\n  bias: ${bias},\n  window: ${window},\n  packed: \`\n${lines.join('\n')}\n\`,\n}`
}
