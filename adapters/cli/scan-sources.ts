import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Finding, SlotKind } from '../../src/core/finding.ts'
import { isObject, own } from '../../src/lib/json-object.ts'
import type { Scanner } from '../../src/scan/scanner.ts'
import { walkStrings } from '../../src/scan/walk.ts'
import { CannotRun, reasonOf } from './command.ts'
import { inspectServer, placeOf } from './definitions.ts'
import type { Io } from './io.ts'
import type { ServerDescription } from './mcp-server.ts'

/** A finding and where a person would look for it. */
export interface Located extends Finding {
  readonly place: string
}

export interface SourceReport {
  readonly source: string
  readonly flagged: boolean
  /** 0 to 1; of a document, that of its worst string. Undefined where definitions were judged. */
  readonly score: number | undefined
  readonly findings: readonly Located[]
}

const maxBytes = 64 * 1024 * 1024

/** Plain text: places are lines and columns. */
export async function scanText(source: string, text: string, scanner: Scanner, slot: SlotKind): Promise<SourceReport> {
  const { flagged, score, findings } = await scanner.scanAsync(text, { slot })
  const starts = lineStarts(text)
  return { source, flagged, score, findings: findings.map((finding) => ({ ...finding, place: lineAndColumn(starts, finding.range?.[0]) })) }
}

/** A document: JSON is scanned string by string, a list of tools as definitions, anything else as text. */
export async function scanDocument(source: string, text: string, scanner: Scanner, slot: SlotKind): Promise<SourceReport> {
  const value = source.endsWith('.json') ? parse(text) : undefined
  if (value === undefined) return scanText(source, text, scanner, slot)
  const described = isObject(own(value, 'result')) ? own(value, 'result') : value
  if (Array.isArray(own(described, 'tools'))) return scanDefinitions(source, descriptionIn(described), scanner)
  const leaves: { readonly pointer: string; readonly text: string }[] = []
  walkStrings(value, (leaf) => void leaves.push(leaf))
  let flagged = false
  let worst = 0
  const found: Located[] = []
  for (const leaf of leaves) {
    const { flagged: bad, score, findings } = await scanner.scanAsync(leaf.text, { slot })
    flagged ||= bad
    worst = Math.max(worst, score)
    for (const finding of findings)
      found.push({ ...finding, pointer: leaf.pointer, place: leaf.pointer === '' ? 'the whole' : leaf.pointer })
  }
  return { source, flagged, score: worst, findings: found }
}

/** What a server tells models. */
export function scanDefinitions(source: string, server: Pick<ServerDescription, 'instructions' | 'lists'>, scanner: Scanner): SourceReport {
  const findings = inspectServer(server, scanner).map((finding) => ({ ...finding, place: placeOf(finding.pointer ?? '', server.lists) }))
  return { source, flagged: findings.length > 0, score: undefined, findings }
}

export async function readSource(path: string, io: Pick<Io, 'cwd'>): Promise<string> {
  const file = resolve(io.cwd, path)
  try {
    const { size } = await stat(file)
    if (size > maxBytes) throw new CannotRun(`${path} is larger than ${maxBytes} bytes.`)
    return await readFile(file, 'utf8')
  } catch (error) {
    throw error instanceof CannotRun ? error : new CannotRun(`${path}: ${reasonOf(error)}`)
  }
}

export async function readStdin({ stdin }: Pick<Io, 'stdin'>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new CannotRun(`standard input is larger than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function descriptionIn(value: unknown): Pick<ServerDescription, 'instructions' | 'lists'> {
  const list = (name: string): readonly unknown[] => {
    const items = own(value, name)
    return Array.isArray(items) ? items : []
  }
  const instructions = own(value, 'instructions')
  return {
    instructions: typeof instructions === 'string' ? instructions : undefined,
    lists: { tools: list('tools'), prompts: list('prompts'), resources: list('resources'), resourceTemplates: list('resourceTemplates') },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineAndColumn(starts: readonly number[], at: number | undefined): string {
  if (at === undefined) return 'the whole'
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= at) low = middle
    else high = middle - 1
  }
  return `line ${low + 1}, column ${at - (starts[low] as number) + 1}`
}
