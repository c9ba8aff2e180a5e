import type { Finding } from '../core/finding.ts'
import { escapeToken } from '../lib/json-pointer.ts'
import { distinctElements, distinctNames } from './distinct.ts'
import { redactEncoded } from './encoded.ts'
import type { Schema } from './leaf-schema.ts'
import { mendNeighbours } from './neighbours.ts'
import type { Redacted } from './redacted.ts'
import { below, fitNumber, fitText, nameSchemas, rootSchemas, ShapeError } from './shape.ts'

export interface RedactValueOptions {
  /** JSON Schema the result must still meet: numbers stay numbers, lengths, formats and patterns hold. */
  readonly schema?: Schema | undefined
  /** Look at names of members too. Default false: names are usually the program's, not the data's. */
  readonly keys?: boolean | undefined
}

export interface RedactedValue {
  /** The same value when nothing changed; otherwise a copy that shares what did not. */
  readonly value: unknown
  readonly changed: boolean
  /** Each with the JSON pointer of its leaf. */
  readonly findings: readonly Finding[]
  /** True when something could not be replaced without breaking the schema: `value` still holds it and must not leave. */
  readonly broken: boolean
}

/** Deeper than any reply is read; what lies below is dropped rather than passed unseen. */
const MAX_DEPTH = 1000
/** Whole numbers shorter than this are no card, account or national id. */
const MIN_DIGITS = 9

/** Redacts the leaves of a JSON value. */
export function redactValue(
  redact: (text: string) => Redacted,
  value: unknown,
  options: RedactValueOptions & { readonly thorough?: boolean } = {},
): RedactedValue {
  const findings: Finding[] = []
  const root = options.schema ?? {}
  let broken = false

  const note = (found: readonly Finding[], pointer: string): void => {
    for (const finding of found) findings.push({ ...finding, pointer })
  }

  /** What `fit` makes, or the original when nothing fits: the caller must then refuse the whole. */
  const fitting = <T>(original: T, fit: () => T): T => {
    try {
      return fit()
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error
      broken = true
      return original
    }
  }

  const leaf = (text: string, schemas: readonly Schema[], pointer: string): string => {
    const made = options.thorough === true ? redactEncoded(redact, text) : redact(text)
    if (made.findings.length === 0) return text
    note(made.findings, pointer)
    return schemas.length === 0 ? made.text : fitting(text, () => fitText(text, made.text, schemas, root))
  }

  const number = (original: number, schemas: readonly Schema[], pointer: string): number => {
    if (!Number.isSafeInteger(original) || Math.abs(original) < 10 ** (MIN_DIGITS - 1)) return original
    const made = redact(String(original))
    if (made.findings.length === 0) return original
    note(made.findings, pointer)
    return fitting(original, () => fitNumber(original, schemas, root))
  }

  /** Strings that stand side by side are looked at as one text too. */
  const mend = (list: readonly unknown[], schemas: readonly Schema[], pointer: string): readonly unknown[] => {
    let copy: unknown[] | undefined
    for (const [start, texts] of runsOfText(list)) {
      const mended = mendNeighbours(redact, texts)
      for (const { finding, at } of mended?.found ?? []) findings.push({ ...finding, pointer: `${pointer}/${start + at}` })
      for (const [i, text] of mended?.texts.entries() ?? []) {
        if (text === texts[i]) continue
        const inner = schemas.length === 0 ? schemas : below(schemas, start + i, root)
        const fit = inner.length === 0 ? text : fitting(texts[i]!, () => fitText(texts[i]!, text, inner, root))
        ;(copy ??= [...list])[start + i] = fit
      }
    }
    return copy ?? list
  }

  /** Elements that must differ and became alike are told apart, or nothing fits. */
  const unlike = (made: readonly unknown[], from: readonly unknown[], schemas: readonly Schema[]): readonly unknown[] => {
    const fits = (text: string, i: number): boolean => {
      const inner = below(schemas, i, root)
      return inner.length === 0 || fitting(text, () => fitText(String(from[i]), text, inner, root)) === text
    }
    const told = distinctElements(made, fits)
    if (told === undefined) broken = true
    return told ?? made
  }

  const walk = (node: unknown, schemas: readonly Schema[], pointer: string, depth: number): unknown => {
    if (typeof node === 'string') return leaf(node, schemas, pointer)
    if (typeof node === 'number') return number(node, schemas, pointer)
    if (typeof node !== 'object' || node === null) return node
    if (depth > MAX_DEPTH) {
      broken = true
      return node
    }
    if (Array.isArray(node)) {
      let copy: unknown[] | undefined
      for (let i = 0; i < node.length; i++) {
        const made = walk(node[i], below(schemas, i, root), `${pointer}/${i}`, depth + 1)
        if (made !== node[i]) (copy ??= [...node])[i] = made
      }
      const made = options.thorough === true ? mend(copy ?? node, schemas, pointer) : (copy ?? node)
      return made !== node && schemas.some((schema) => schema['uniqueItems'] === true) ? unlike(made, node, schemas) : made
    }
    const entries = Object.entries(node)
    let changed = false
    for (const entry of entries) {
      const [name, child] = entry
      const path = `${pointer}/${escapeToken(name)}`
      const inner = schemas.length === 0 ? schemas : below(schemas, name, root)
      entry[1] = walk(child, inner, path, depth + 1)
      // A name the schema knows is the program's own.
      const names = options.keys === true && inner.length === 0 ? nameSchemas(schemas, name, root) : undefined
      if (names !== undefined) entry[0] = leaf(name, names, path)
      changed ||= entry[1] !== child || entry[0] !== name
    }
    // fromEntries defines members: `__proto__` stays a member.
    return changed ? Object.fromEntries(distinctNames(entries, Object.keys(node))) : node
  }

  const made = walk(value, options.schema === undefined ? [] : rootSchemas(options.schema), '', 0)
  return { value: made, changed: made !== value, findings, broken }
}

/** Two strings or more in a row, with the index of the first. */
function* runsOfText(list: readonly unknown[]): Generator<readonly [start: number, texts: readonly string[]]> {
  for (let start = 0; start < list.length; start++) {
    let end = start
    while (end < list.length && typeof list[end] === 'string') end++
    if (end - start > 1) yield [start, list.slice(start, end) as string[]]
    start = end
  }
}
