import { type FileHandle, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type AuditEvent, type AuditReport, type ChainHead, splitLine, type VerifyOptions, verifyAudit } from '../../../src/audit/index.ts'
import { nodeHash } from './hash.ts'

/** Name of a file once it is full: its first event's number keeps the order. */
export function rotatedName(path: string, firstSeq: number): string {
  return `${path}.${String(firstSeq).padStart(12, '0')}`
}

/** Files of a log that are full, oldest first. */
export async function rotatedFiles(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`
  const names = await readdir(dirname(path)).catch(() => [])
  return names
    .filter((name) => name.startsWith(prefix) && /^[0-9]{12,}$/.test(name.slice(prefix.length)))
    .sort()
    .map((name) => join(dirname(path), name))
}

/** The end of a log file. */
export interface FileEnd {
  /** Undefined when the file holds no whole line. */
  readonly head: ChainHead | undefined
  /** The last whole line does not verify: someone changed it, or it is no audit log. */
  readonly broken: boolean
  /** The last whole line lacks its line feed. */
  readonly unterminated: boolean
}

/** Reads where a file's chain stands, from its end. */
export async function readEnd(file: FileHandle): Promise<FileEnd> {
  const { size } = await file.stat()
  for (let length = Math.min(size, 65_536); ; length = Math.min(size, length * 4)) {
    const bytes = Buffer.alloc(length)
    await file.read(bytes, 0, length, size - length)
    const end = bytes.lastIndexOf(10)
    const start = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1)
    if (start < 0 && length < size) continue
    const rest = bytes.toString('utf8', end + 1)
    const last = verified(rest)
    if (last !== undefined) return { head: last, broken: false, unterminated: true }
    if (end < 0) return { head: undefined, broken: rest !== '', unterminated: false }
    const event = verified(bytes.toString('utf8', start + 1, end))
    if (event === undefined) return { head: undefined, broken: true, unterminated: false }
    return { head: rest === '' ? event : { ...event, torn: rest }, broken: false, unterminated: rest !== '' }
  }
}

/** Number of the first event of a file. */
export async function readFirstSeq(file: FileHandle): Promise<number | undefined> {
  const bytes = Buffer.alloc(256)
  const { bytesRead } = await file.read(bytes, 0, 256, 0)
  const match = /^\{"seq":([0-9]{1,15}),/.exec(bytes.toString('latin1', 0, bytesRead))
  return match === null ? undefined : Number(match[1])
}

function verified(line: string): ChainHead | undefined {
  const parts = splitLine(line)
  if (parts === undefined || nodeHash(parts.text) !== parts.hash) return undefined
  const { chain, seq, hash } = JSON.parse(line) as AuditEvent
  return { chain, seq, hash }
}

/** A report on a log of one or several files. */
export interface AuditFileReport extends AuditReport {
  /** Files read, oldest first. */
  readonly files: readonly string[]
  /** The file `firstBreak.line` counts in. */
  readonly brokenFile?: string | undefined
}

/**
 * Verifies the log at `path` together with the files it was rotated into, as one chain.
 *
 * @throws when the file cannot be read.
 */
export async function verifyAuditFile(path: string, options: VerifyOptions = {}): Promise<AuditFileReport> {
  const { expectHead, ...perFile } = options
  const rotated = await rotatedFiles(path)
  const files = [...rotated, path]
  const sums = { entries: 0, recovered: 0, checkpoints: 0, checkpointsVerified: 0 }
  let after = options.after
  let first: AuditReport['first']
  let headSeen = expectHead === undefined
  for (const [i, file] of files.entries()) {
    const isLast = i === files.length - 1
    // Between rotation and the next event the current file is not there.
    const text = await readFile(file, 'utf8').catch((error) => {
      if (isLast && rotated.length > 0 && error.code === 'ENOENT') return ''
      throw error
    })
    const report = await verifyAudit(text, { ...perFile, hash: nodeHash, after, fromStart: options.fromStart === true && i === 0 })
    first ??= report.first
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += report[name]
    after = report.last
    headSeen ||= text.includes(`"hash":"${expectHead?.hash}"}`)
    const whole = { ...report, ...sums, first, last: after, files }
    if (!report.ok) return { ...whole, brokenFile: file }
    if (report.tornTail && !isLast) {
      const fault = { seq: (after?.seq ?? 0) + 1, line: report.entries + 1, reason: 'not an audit line' as const }
      return { ...whole, ok: false, tornTail: false, firstBreak: fault, brokenFile: file }
    }
    if (!isLast) continue
    if (headSeen) return whole
    const cut = { seq: expectHead?.seq ?? 0, line: report.entries + 1, reason: 'truncated at the end' as const }
    return { ...whole, ok: false, firstBreak: cut, brokenFile: file }
  }
  throw new Error('unreachable')
}
