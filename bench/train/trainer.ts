import { PLACES } from '../../src/scan/classifier/features.ts'
import { FEW } from '../../src/scan/classifier/model.ts'
import { isSynthetic, type Row, seeded } from './data.ts'
import { type Linear, regress, type Samples } from './logistic.ts'
import { samplesOf } from './samples.ts'

/** Penalty: small is strong. */
const C = 20
const PASSES = 12
const FOLDS = 5

/** Windows of all rows, cut once; models of any choice of rows. */
export class Trainer {
  readonly rows: readonly Row[]
  readonly samples: Samples

  constructor(rows: readonly Row[]) {
    this.rows = rows
    this.samples = samplesOf(rows)
  }

  learn(keep: (row: Row) => boolean, seed: number): Linear {
    const chosen: number[] = []
    const { count, label, row } = this.samples
    for (let i = 0; i < count; i++) if (label[i] !== 0 && keep(this.rows[row[i]!]!)) chosen.push(i)
    return regress(this.samples, Int32Array.from(chosen), { places: PLACES, few: FEW, c: C, passes: PASSES, random: seeded(seed) })
  }

  /** The margin of the worst window of each row asked about; the others keep what `into` has. */
  margins(
    { w, bias }: Linear,
    asked: (row: Row) => boolean,
    into: Float64Array = new Float64Array(this.rows.length).fill(-99),
  ): Float64Array {
    const { places, from, row, count } = this.samples
    for (let i = 0; i < count; i++) {
      if (!asked(this.rows[row[i]!]!)) continue
      let sum = 0
      for (let j = from[i]!, last = from[i + 1]!; j < last; j++) sum += w[places[j]!]!
      const margin = bias + sum / Math.sqrt(Math.max(from[i + 1]! - from[i]!, FEW))
      if (margin > into[row[i]!]!) into[row[i]!] = margin
    }
    return into
  }

  /** The margin of each row by a model that saw nothing of its source. Synthetic rows are held out one by one. */
  unseenMargins(): Float64Array {
    const margins = new Float64Array(this.rows.length).fill(-99)
    for (let held = 0; held < FOLDS; held++) {
      const model = this.learn((row) => foldOf(row) !== held, 100 + held)
      this.margins(model, (row) => foldOf(row) === held, margins)
    }
    return margins
  }
}

/** By repository: prefixes of a source say which part of one was taken. */
function foldOf(row: Row): number {
  const group = isSynthetic(row) ? row.id : row.source.replace(/^[a-z]+:/, '')
  let hash = 7
  for (let i = 0; i < group.length; i++) hash = (Math.imul(hash, 31) + group.charCodeAt(i)) | 0
  return ((hash >>> 8) ^ (hash >>> 20)) % FOLDS
}
