import { judge } from '../../src/scan/classifier/judge.ts'
import { type BothModels, FEW, type Model } from '../../src/scan/classifier/model.ts'
import { isSynthetic, type Row, seeded } from './data.ts'
import { regress, type Samples } from './logistic.ts'
import { quantise } from './quantise.ts'
import { type Shape, samplesOf } from './samples.ts'

/** Penalty: small is strong. */
const C = 20
const PASSES = 12
const FOLDS = 5

const shapes: Readonly<Record<'order' | 'story', Shape>> = {
  order: { window: 16, places: 1 << 16, wholes: false },
  story: { window: 48, places: 1 << 14, wholes: true },
}

/** Windows of all rows, cut once; models of any choice of rows. */
export class Trainer {
  readonly rows: readonly Row[]
  readonly #samples: Readonly<Record<'order' | 'story', Samples>>

  constructor(rows: readonly Row[]) {
    this.rows = rows
    this.#samples = { order: samplesOf(rows, shapes.order), story: samplesOf(rows, shapes.story) }
  }

  learn(keep: (row: Row) => boolean, seed: number): BothModels {
    return { order: this.#model('order', keep, seed), story: this.#model('story', (row) => isSpoken(row) && keep(row), seed) }
  }

  #model(name: 'order' | 'story', keep: (row: Row) => boolean, seed: number): Model {
    const samples = this.#samples[name]
    const { window, places } = shapes[name]
    const chosen: number[] = []
    for (let i = 0; i < samples.count; i++) if (samples.label[i] !== 0 && keep(this.rows[samples.row[i]!]!)) chosen.push(i)
    return quantise(regress(samples, Int32Array.from(chosen), { places, few: FEW, c: C, passes: PASSES, random: seeded(seed) }), window)
  }

  /**
   * The margins of each row by models that saw nothing of its group: the repository of a real text, the source of a given synthetic one,
   * the template family of one of our own. The text is read as the product reads it, disguises undone.
   */
  unseenMargins(): Readonly<Record<'order' | 'story', Float64Array>> {
    const folds = foldsOf(this.rows)
    const order = new Float64Array(this.rows.length)
    const story = new Float64Array(this.rows.length)
    for (let held = 0; held < FOLDS; held++) {
      const models = this.learn((row) => folds.get(groupOf(row)) !== held, 100 + held)
      this.rows.forEach((row, i) => {
        if (folds.get(groupOf(row)) !== held) return
        const judgements = judge(row.text, models)
        order[i] = judgements.order.margin
        story[i] = judgements.story!.margin
      })
    }
    return { order, story }
  }
}

/** Texts people send to a model, among which stories are told. */
function isSpoken({ kind }: Row): boolean {
  return kind === 'direct' || kind === 'jailbreak' || kind === 'benign-chat' || kind === 'hard-negative'
}

/** What is left out together. Prefixes of a real source say which part of a repository was taken. */
export function groupOf(row: Row): string {
  return row.family ?? (isSynthetic(row) ? row.source : row.source.replace(/^[a-z]+:/, '').replace(/:.*/, ''))
}

/** Groups by fold: the largest first, each to the fold that has least of its kind. */
function foldsOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, { size: number; kind: string }>()
  for (const row of rows) {
    const known = sizes.get(groupOf(row))
    if (known === undefined) sizes.set(groupOf(row), { size: 1, kind: `${row.label} ${row.family === undefined}` })
    else known.size++
  }
  const filled = new Map<string, number[]>()
  const folds = new Map<string, number>()
  for (const [group, { size, kind }] of [...sizes].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))) {
    const load = filled.get(kind) ?? new Array<number>(FOLDS).fill(0)
    filled.set(kind, load)
    const fold = load.indexOf(Math.min(...load))
    load[fold]! += size
    folds.set(group, fold)
  }
  return folds
}
