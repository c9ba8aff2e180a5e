import { decodeBase64url } from '../lib/base64url.ts'
import { sha256Hex } from '../lib/sha256.ts'
import { genesis, type HashText, splitLine } from './chain.ts'
import { checkpointText } from './checkpoint.ts'
import type { AuditEvent } from './event.ts'

/** Where a log stops being what was written. */
export interface AuditBreak {
  /** Number of the event, as it claims or as it should be. */
  readonly seq: number
  /** Line in the input, from 1. */
  readonly line: number
  readonly reason:
    | 'not an audit line' // not JSON, or without a hash
    | 'altered' // the hash is not that of the line
    | 'removed or reordered' // it does not follow the line before
    | 'truncated at the start' // the first event is not the one it should be
    | 'truncated at the end' // the expected head was not reached
    | 'checkpoint signature invalid'
}

export interface AuditReport {
  readonly ok: boolean
  /** Events that verified, up to the first break. */
  readonly entries: number
  readonly firstBreak?: AuditBreak | undefined
  /** The last line, or its line feed, is missing in part: a crash cut it off. What comes before it stands. */
  readonly tornTail: boolean
  /** Unfinished lines in the middle that the event after them accounts for by length and hash: crashes that were recovered from. */
  readonly recovered: number
  /** First and last event. Compare `last` with what you keep elsewhere: a chain cannot show that its own end is missing. */
  readonly first?: { readonly chain: string; readonly seq: number; readonly prev: string } | undefined
  readonly last?: { readonly chain: string; readonly seq: number; readonly hash: string } | undefined
  /** Signed checkpoints met, and how many signatures were checked. */
  readonly checkpoints: number
  readonly checkpointsVerified: number
}

export interface VerifyOptions {
  /** The log must begin with event 1. Default false: a rotated file begins where the one before it ended. */
  readonly fromStart?: boolean | undefined
  /** What came before, for instance `last` of the report on the file before. */
  readonly after?: { readonly chain: string; readonly seq: number; readonly hash: string } | undefined
  /** A head known from elsewhere (a checkpoint): the log must contain it. */
  readonly expectHead?: { readonly seq: number; readonly hash: string } | undefined
  /** SHA-256 of a text in hexadecimal, where the platform has a faster one than ours. */
  readonly hash?: HashText | undefined
  /** Ed25519 public keys (JWK or CryptoKey) by key id, to check the signatures of checkpoints. With keys, a promise comes back. */
  readonly publicKeys?: Readonly<Record<string, CryptoKey | JsonWebKey>> | undefined
}

type Lines = string | Iterable<string | AuditEvent>

/**
 * Checks a log byte by byte: each line against its hash, each event against the one before it.
 *
 * Takes the text of a JSON Lines file, or lines or events in order. An altered, removed, inserted or reordered event is named; a
 * cut-off end is seen only through `expectHead` or a checkpoint kept elsewhere.
 */
export function verifyAudit(lines: Lines, options?: VerifyOptions & { readonly publicKeys?: undefined }): AuditReport
export function verifyAudit(lines: Lines | AsyncIterable<string>, options?: VerifyOptions): Promise<AuditReport>
export function verifyAudit(lines: Lines | AsyncIterable<string>, options: VerifyOptions = {}): AuditReport | Promise<AuditReport> {
  const verifier = new Verifier(options)
  if (typeof lines === 'object' && Symbol.asyncIterator in lines) return verifyStream(verifier, lines, options)
  const source = typeof lines === 'string' ? textLines(lines) : lines
  for (const line of source) if (!verifier.push(typeof line === 'string' ? line : JSON.stringify(line))) break
  const report = verifier.end(typeof lines !== 'string' ? 'unknown' : lines === '' || lines.endsWith('\n') ? 'whole' : 'cut')
  return options.publicKeys === undefined ? report : verifier.withSignatures(report, options.publicKeys)
}

async function verifyStream(verifier: Verifier, lines: AsyncIterable<string>, options: VerifyOptions): Promise<AuditReport> {
  for await (const line of lines) if (!verifier.push(line)) break
  const report = verifier.end('unknown')
  return options.publicKeys === undefined ? report : verifier.withSignatures(report, options.publicKeys)
}

function* textLines(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    yield end < 0 ? text.slice(from) : text.slice(from, end)
    if (end < 0) return
    from = end + 1
  }
}

class Verifier {
  readonly #options: VerifyOptions
  #line = 0
  #entries = 0
  #recovered = 0
  #first: AuditReport['first']
  #last: AuditReport['last']
  #break: AuditBreak | undefined
  /** A line that did not verify: torn if it is the last, or if the next event accounts for it. */
  #suspect: { readonly text: string; readonly fault: AuditBreak } | undefined
  #headSeen = false
  readonly #checkpoints: { readonly event: AuditEvent; readonly line: number }[] = []

  constructor(options: VerifyOptions) {
    this.#options = options
    this.#last = options.after
    this.#headSeen = options.expectHead === undefined || options.after?.hash === options.expectHead.hash
  }

  /** False once the log is broken. */
  push(line: string): boolean {
    this.#line++
    const checked = check(line, this.#options.hash ?? sha256Hex)
    if (typeof checked === 'string') return this.#doubt(line, checked)
    if (this.#suspect !== undefined && !accountsFor(checked, this.#suspect.text)) return this.#fail(this.#suspect.fault)
    const fault = this.#misplaced(checked)
    if (fault !== undefined) return this.#fail({ seq: checked.seq, line: this.#line, reason: fault })
    if (this.#suspect !== undefined) {
      this.#suspect = undefined
      this.#recovered++
    }
    this.#entries++
    this.#first ??= { chain: checked.chain, seq: checked.seq, prev: checked.prev }
    this.#last = { chain: checked.chain, seq: checked.seq, hash: checked.hash }
    if (checked.hash === this.#options.expectHead?.hash && checked.seq === this.#options.expectHead.seq) this.#headSeen = true
    if (checked.type === 'checkpoint') this.#checkpoints.push({ event: checked, line: this.#line })
    return true
  }

  /** @param ending Whether the last line had its line feed, when that is known. */
  end(ending: 'whole' | 'cut' | 'unknown'): AuditReport {
    // Only what a crash can leave is a torn tail: a line that stops early. Anything else that does not verify was altered.
    const torn = this.#suspect !== undefined && ending !== 'whole' && !this.#suspect.text.endsWith('"}')
    if (this.#suspect !== undefined && !torn) this.#break ??= this.#suspect.fault
    const tornTail = torn || ending === 'cut'
    if (this.#break === undefined && !this.#headSeen) {
      this.#break = { seq: this.#options.expectHead?.seq ?? 0, line: this.#line + 1, reason: 'truncated at the end' }
    }
    return {
      ok: this.#break === undefined,
      entries: this.#entries,
      ...(this.#break === undefined ? {} : { firstBreak: this.#break }),
      tornTail: tornTail && this.#break === undefined,
      recovered: this.#recovered,
      first: this.#first,
      last: this.#last,
      checkpoints: this.#checkpoints.length,
      checkpointsVerified: 0,
    }
  }

  async withSignatures(report: AuditReport, keys: Readonly<Record<string, CryptoKey | JsonWebKey>>): Promise<AuditReport> {
    const imported = new Map<string, CryptoKey>()
    for (const [id, key] of Object.entries(keys)) {
      imported.set(id, 'kty' in key ? await crypto.subtle.importKey('jwk', key, 'Ed25519', false, ['verify']) : (key as CryptoKey))
    }
    let verified = 0
    for (const { event, line } of this.#checkpoints) {
      if (await signatureHolds(event, imported)) {
        verified++
        continue
      }
      const fault: AuditBreak = { seq: event.seq, line, reason: 'checkpoint signature invalid' }
      const earlier = report.firstBreak !== undefined && report.firstBreak.line < line
      return { ...report, ok: false, firstBreak: earlier ? report.firstBreak : fault, checkpointsVerified: verified }
    }
    return { ...report, checkpointsVerified: verified }
  }

  #doubt(line: string, reason: 'not an audit line' | 'altered'): boolean {
    if (this.#suspect !== undefined) return this.#fail(this.#suspect.fault)
    this.#suspect = { text: line, fault: { seq: (this.#last?.seq ?? 0) + 1, line: this.#line, reason } }
    return true
  }

  #misplaced(event: AuditEvent): AuditBreak['reason'] | undefined {
    if (this.#last === undefined) {
      const isFirst = event.seq === 1 && event.prev === genesis
      return isFirst || (event.seq > 1 && this.#options.fromStart !== true) ? undefined : 'truncated at the start'
    }
    const { chain, seq, hash } = this.#last
    return event.chain === chain && event.seq === seq + 1 && event.prev === hash ? undefined : 'removed or reordered'
  }

  #fail(fault: AuditBreak): false {
    this.#break ??= fault
    return false
  }
}

function check(line: string, hash: HashText): AuditEvent | 'not an audit line' | 'altered' {
  const parts = splitLine(line)
  if (parts === undefined) return 'not an audit line'
  if (hash(parts.text) !== parts.hash) return 'altered'
  try {
    const event: unknown = JSON.parse(line)
    return isEvent(event) ? event : 'not an audit line'
  } catch {
    return 'not an audit line'
  }
}

function isEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null) return false
  const { seq, chain, prev } = value as Partial<AuditEvent>
  return Number.isSafeInteger(seq) && (seq as number) >= 1 && typeof chain === 'string' && typeof prev === 'string'
}

/** A `resume` event says how much of an unfinished line it found, and its hash. */
function accountsFor(event: AuditEvent, torn: string): boolean {
  return event.type === 'resume' && event.details?.['tornLength'] === torn.length && event.details['tornHash'] === sha256Hex(torn)
}

async function signatureHolds(event: AuditEvent, keys: ReadonlyMap<string, CryptoKey>): Promise<boolean> {
  const { covered, head, signedAt, keyId, signature } = event.details ?? {}
  if (typeof keyId !== 'string' || typeof signature !== 'string' || typeof head !== 'string' || typeof signedAt !== 'string') return false
  if (covered !== event.seq - 1 || head !== event.prev) return false
  const key = keys.get(keyId)
  if (key === undefined) return false
  const text = checkpointText({ chain: event.chain, seq: covered, head, time: signedAt, keyId })
  try {
    const bytes = decodeBase64url(signature)
    return bytes !== undefined && (await crypto.subtle.verify('Ed25519', key, new Uint8Array(bytes), new TextEncoder().encode(text)))
  } catch {
    return false
  }
}
