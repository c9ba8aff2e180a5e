import type { Finding } from '../../core/finding.ts'
import type { Redactor } from '../redactor.ts'

/**
 * What a header's value is made of. `url`: one address. `parameters`: tokens, quoted strings and addresses in angle brackets. `challenge`: the
 * same, of which only `error_description` is prose. `text`: anything.
 */
export type HeaderShape = 'url' | 'parameters' | 'challenge' | 'text'

export interface RedactedHeader {
  /** The very same value where nothing was found. A valid value of the same shape in any case. */
  readonly value: string
  readonly findings: readonly Finding[]
  /** Something was found where nothing can stand in its place: in the name of a host. */
  readonly stuck: boolean
}

/** Redacts the value of a response header so that it stays one: an address stays an address with its host, a parameter a parameter. */
export function redactHeader(value: string, shape: HeaderShape, redactor: Redactor): RedactedHeader {
  if (shape === 'text' && !isAddress(value)) {
    const { text, findings } = redactor.redact(value)
    return { value: findings.length === 0 ? value : sendable(text), findings, stuck: false }
  }
  const parts = shape === 'parameters' || shape === 'challenge' ? partsOf(value, shape) : [{ from: 0, to: value.length, url: true }]
  const findings: Finding[] = []
  let stuck = false
  let out = ''
  let copied = 0
  for (const { from, to, url } of parts) {
    const text = value.slice(from, to)
    const found = redactor.redact(text).findings
    if (found.length === 0) continue
    const made = url ? coverUrl(text, found, redactor) : cover(text, found, [[0, text.length]], redactor)
    stuck ||= made === text
    out += value.slice(copied, from) + made
    copied = to
    for (const finding of found) findings.push({ ...finding, range: shifted(finding.range, from) })
  }
  return { value: copied === 0 ? value : out + value.slice(copied), findings, stuck }
}

/** Free text that is an address all the same. */
function isAddress(value: string): boolean {
  const at = value.indexOf('://')
  return at > 0 && at <= 32 && !value.includes(' ')
}

interface Part {
  readonly from: number
  readonly to: number
  readonly url: boolean
}

const separators = ' \t,;=<>"'

/** The parts of a parametrised value that may carry something: strings between quotes, addresses between angle brackets, bare words. */
function partsOf(value: string, shape: 'parameters' | 'challenge'): Part[] {
  const parts: Part[] = []
  let at = 0
  while (at < value.length) {
    const char = value[at] as string
    if (char === '"') {
      const end = quoteEnd(value, at + 1)
      if (shape === 'parameters' || describes(value, at)) parts.push({ from: at + 1, to: end, url: false })
      at = end + 1
    } else if (char === '<') {
      const close = value.indexOf('>', at)
      const end = close < 0 ? value.length : close
      if (shape === 'parameters') parts.push({ from: at + 1, to: end, url: true })
      at = end + 1
    } else if (separators.includes(char)) at++
    else {
      let end = at
      while (end < value.length && !separators.includes(value[end] as string)) end++
      // `filename*=UTF-8''name`: charset and language stay.
      const extended = value.startsWith('*=', at - 2) ? value.indexOf("'", value.indexOf("'", at) + 1) + 1 : at
      if (shape === 'parameters') parts.push({ from: extended > at && extended <= end ? extended : at, to: end, url: false })
      at = end
    }
  }
  return parts
}

/** True for the quote that opens an error description (RFC 6750 section 3). */
function describes(value: string, quote: number): boolean {
  const name = 'error_description='
  return value.slice(Math.max(0, quote - name.length), quote).toLowerCase() === name
}

function quoteEnd(value: string, from: number): number {
  let at = from
  while (at < value.length && value[at] !== '"') at += value[at] === '\\' ? 2 : 1
  return Math.min(at, value.length)
}

type Region = readonly [from: number, to: number]

/** Covers what was found in an address wherever it may be covered: everywhere but in its scheme and host, which say where it leads. */
function coverUrl(url: string, findings: readonly Finding[], redactor: Redactor): string {
  const slashes = url.startsWith('//') ? 0 : url.indexOf('://') + 1
  if (slashes === 0 && !url.startsWith('//')) return cover(url, findings, [[0, url.length]], redactor)
  const authority = slashes + 2
  let end = authority
  while (end < url.length && !'/?#'.includes(url[end] as string)) end++
  const at = url.lastIndexOf('@', end)
  const user: readonly Region[] = at >= authority ? [[authority, at]] : []
  return cover(url, findings, [...user, [end + 1, url.length]], redactor)
}

/** Puts a bare word in place of what was found within these regions: valid in a token, in quotes and in an address alike. */
function cover(text: string, findings: readonly Finding[], regions: readonly Region[], redactor: Redactor): string {
  let out = ''
  let copied = 0
  for (const { rule, range = [0, text.length] } of findings) {
    for (const [from, to] of regions) {
      const start = Math.max(range[0], from, copied)
      const stop = Math.min(range[1], to)
      if (start >= stop) continue
      out += text.slice(copied, start) + wordFor(rule, redactor)
      copied = stop
    }
  }
  return copied === 0 ? text : out + text.slice(copied)
}

function wordFor(rule: string, redactor: Redactor): string {
  const label = redactor.kinds.find(({ id }) => id === rule)?.label ?? ''
  let word = ''
  for (const char of label) if (isWordCharacter(char.charCodeAt(0))) word += char
  return word === '' ? 'REDACTED' : word
}

function isWordCharacter(code: number): boolean {
  const low = code | 0x20
  return (low >= 0x61 && low <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
}

/** A replacement of somebody's own may hold what no field value can: line ends would begin another header. */
function sendable(text: string): string {
  let made = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    made += code === 9 || (code >= 0x20 && code !== 0x7f && code <= 0xff) ? text[i] : '?'
  }
  return made
}

function shifted(range: Finding['range'], by: number): Finding['range'] {
  return range === undefined ? undefined : [range[0] + by, range[1] + by]
}
