import type { Finding, SlotKind } from '../core/finding.ts'
import type { ScanResult } from './result.ts'

/** `remove` cuts the offending passages out; `aztp` keeps them and swaps the words of the AZTP design's map. */
export type Neutralise = 'remove' | 'aztp'

/** Rounds before giving up on repairing: cutting may bring words together that mean something again. */
const MAX_ROUNDS = 6
/** How far a passage may reach beyond what matched, on either side. */
const MAX_REACH = 200

const swaps: readonly (readonly [string, string])[] = [
  ['system prompt', 'user input'],
  ['ignore', 'consider'],
  ['override', 'modify'],
  ['forget', 'remember'],
  ['jailbreak', 'standard-mode'],
]

/** Makes `sanitise` of a scanner. */
export function createSanitiser(
  /** `all`: every finding of the rules, however many. */
  scan: (text: string, slot: SlotKind, all: boolean) => ScanResult,
  { neutralise, marker }: { readonly neutralise: Neutralise; readonly marker: string },
): (text: string, context?: { readonly slot?: SlotKind | undefined }) => { readonly text: string; readonly findings: readonly Finding[] } {
  return (text, { slot = 'prompt' } = {}) => {
    const first = scan(text, slot, false)
    let result = first.flagged || first.findings.length > 0 ? scan(text, slot, true) : first
    let repaired = text
    for (let round = 0; round < MAX_ROUNDS && result.findings.length > 0; round++) {
      const ranges = rangesToCut(repaired, round === 0 ? withinSentences(repaired, result.findings) : result.findings)
      if (ranges.length === 0) break
      repaired = neutralise === 'aztp' && round === 0 ? swapWords(repaired, ranges) : cut(repaired, ranges, marker)
      result = scan(repaired, slot, true)
    }
    // Whatever still speaks after that many rounds was built to; nothing of it goes on.
    if (result.flagged || result.findings.length > 0) repaired = scan(marker, slot, false).flagged ? '' : marker
    return { text: repaired, findings: first.findings }
  }
}

interface Cut {
  start: number
  end: number
  /** Hidden characters go without a trace; they were not there to be seen. */
  silent: boolean
}

/**
 * Findings that keep to one sentence, if there are any. A match that begins in the sentence before an order ("Summarise this page. Ignore
 * all ...") would take that one along; once the order is gone, it is none. If it still is, the next round sees to it.
 */
function withinSentences(text: string, findings: readonly Finding[]): readonly Finding[] {
  const inside = findings.filter(({ range, layers }) => {
    if (range === undefined || layers !== undefined) return true
    for (let at = range[0]; at < range[1] - 1; at++) if (endsSentence(text, at)) return false
    return true
  })
  return inside.some(({ range }) => range !== undefined) ? inside : findings
}

/** What to take out: hidden characters as they are, everything else with the sentence around it, merged where they touch. */
function rangesToCut(text: string, findings: readonly Finding[]): Cut[] {
  const hidden = findings.flatMap(({ rule, range }) => (range !== undefined && isHidden(rule) ? [range] : [])).sort((a, b) => a[0] - b[0])
  const cuts: Cut[] = hidden.map(([start, end]) => ({ start, end, silent: true }))
  let run = 0
  for (const { rule, range, layers } of [...findings].sort(byStart)) {
    if (range === undefined || isHidden(rule)) continue
    const [start, end] = range
    while (run < hidden.length && hidden[run]![1] <= start) run++
    // An order in characters nobody sees goes with them; the sentence it hides in stays.
    if (run < hidden.length && hidden[run]![0] <= start && end <= hidden[run]![1]) continue
    if (layers !== undefined && end - start >= text.length) cuts.push({ start, end, silent: false })
    else cuts.push({ start: sentenceStart(text, start), end: sentenceEnd(text, end), silent: false })
  }
  cuts.sort((a, b) => a.start - b.start || b.end - a.end)
  const merged: Cut[] = []
  for (const next of cuts) {
    const last = merged.at(-1)
    if (last !== undefined && next.start < last.end) {
      last.end = Math.max(last.end, next.end)
      last.silent &&= next.silent
    } else merged.push(next)
  }
  return merged
}

/** Whether a rule tells of characters that are not there to be seen. */
function isHidden(rule: string): boolean {
  return rule.startsWith('unicode/') && rule !== 'unicode/mixed-script'
}

function byStart(a: Finding, b: Finding): number {
  return (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0)
}

function cut(text: string, cuts: readonly Cut[], marker: string): string {
  let out = ''
  let at = 0
  for (const { start, end, silent } of cuts) {
    out += text.slice(at, start)
    if (!silent && !out.endsWith(marker)) out += marker
    at = end
  }
  return out + text.slice(at)
}

function swapWords(text: string, cuts: readonly Cut[]): string {
  let out = ''
  let at = 0
  for (const { start, end, silent } of cuts) {
    let passage = silent ? '' : text.slice(start, end)
    for (const [from, to] of swaps) passage = replaceWord(passage, from, to)
    out += text.slice(at, start) + passage
    at = end
  }
  return out + text.slice(at)
}

function replaceWord(text: string, from: string, to: string): string {
  const low = text.toLowerCase()
  let out = ''
  let at = 0
  for (let i = low.indexOf(from); i >= 0; i = low.indexOf(from, i + from.length)) {
    out += text.slice(at, i) + to
    at = i + from.length
  }
  return out + text.slice(at)
}

/**
 * The beginning of the sentence a match stands in. Half a sentence can mean the opposite of the whole ("never ..."), and the order
 * that follows "ignore all instructions and" is what the attacker wanted.
 */
function sentenceStart(text: string, from: number): number {
  let at = from
  const limit = Math.max(0, from - MAX_REACH)
  while (at > limit && !endsSentence(text, at - 1)) at--
  if (at === limit && at > 0) return from
  while (at < from && isBlank(text.charCodeAt(at))) at++
  return at
}

function sentenceEnd(text: string, from: number): number {
  let at = from
  const limit = Math.min(text.length, from + MAX_REACH)
  if (at > 0 && endsSentence(text, at - 1)) return at
  while (at < limit && !endsSentence(text, at)) at++
  if (at === limit && at < text.length) return from
  return at < text.length && !isBlank(text.charCodeAt(at)) && !'"}]'.includes(text[at]!) ? at + 1 : at
}

/** Full stops before white space, exclamation and question marks, line breaks; quotes and brackets that hold data together. */
function endsSentence(text: string, at: number): boolean {
  const char = text[at]!
  if (char === '\n' || char === '\r' || char === '!' || char === '?' || char === '\u3002' || char === '\uff01' || char === '\uff1f')
    return true
  if (char === '"' || char === '}' || char === ']') return true
  if (char !== '.' && char !== ';') return false
  return at + 1 >= text.length || isBlank(text.charCodeAt(at + 1))
}

function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0
}
