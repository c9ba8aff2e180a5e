import { writeFileSync } from 'node:fs'
import type { Model } from '../../src/scan/classifier/model.ts'

/** Weights take whole numbers from -LEVELS to LEVELS: one printable character each. */
const LEVELS = 31

/** Rounds weights to whole numbers with the scale that loses least; the largest few are cut off. */
export function quantise({ w, bias }: { readonly w: Float64Array; readonly bias: number }): Model {
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
  return { weights: Int8Array.from(w, (value) => level(value / rounded)), scale: rounded, bias: Number(bias.toFixed(4)) }
}

function level(value: number): number {
  return Math.max(-LEVELS, Math.min(LEVELS, Math.round(value)))
}

/** `0` to `p` without backslash and backtick, which would end or escape the literal. */
const alphabet = Array.from({ length: 65 }, (_, i) => String.fromCharCode(48 + i)).filter((char) => char !== '\\' && char !== '`')

/** Writes the module the classifier is shipped with. */
export function writeWeights(
  file: URL,
  { weights, scale, bias }: Model,
  points: Readonly<Record<string, readonly number[]>>,
  sha256: string,
): void {
  const lines: string[] = []
  for (let i = 0; i < weights.length; i += 128)
    lines.push(Array.from(weights.subarray(i, i + 128), (weight) => alphabet[weight + LEVELS]).join(''))
  const numbers = Object.entries(points).map(
    ([name, margins]) => `  ${name}: [${margins.map((margin) => Number(margin.toFixed(3))).join(', ')}],`,
  )
  writeFileSync(
    file,
    `// Written by bench/train/train.ts from training data with sha256 ${sha256}. Not edited by hand.

export const scale = ${scale}
export const bias = ${bias}

/** Margins that 5 % of harmless texts of unseen sources exceed, and those of the operating points high, balanced, low. */
export const points = {
${numbers.join('\n')}
} as const

/** One character a weight, -31 (\`0\`) to 31 (\`p\`); backslash and backtick are left out. */
export const packed = \`
${lines.join('\n')}
\`
`,
  )
}
