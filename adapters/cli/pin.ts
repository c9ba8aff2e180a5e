import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createLock, diffLock, formatLock, type LockDifference, type PinLock, parseLock } from '../../src/definitions/lock.ts'
import { createScanner } from '../../src/scan/scanner.ts'
import { headersOf, readArguments, urlOf, wholeNumber } from './arguments.ts'
import { CannotRun, type Command, type ExitCode, exitCodes, reasonOf, UsageError } from './command.ts'
import { inspectServer, placeOf } from './definitions.ts'
import { columns, createProgress, type Io, plural, writeJson } from './io.ts'
import { describeServer, type ServerDescription } from './mcp-server.ts'

const help = `
safe-mcp pin: approves tool definitions, and shows what changed since

Usage: safe-mcp pin create  URL [options]
       safe-mcp pin diff    URL [options]
       safe-mcp pin approve URL [TOOL...] [options]

A lock holds the hash of every approved tool definition and of the server's
instructions. Keep it in version control and give it to the guard:
definitions: { pins: filePins('mcp-tools.lock.json', { readOnly: true }) }.

  create    asks the server and writes a new lock; never overwrites one
  diff      compares the lock with what the server shows now
  approve   takes the named tools into the lock as they are now; without
            names all of them, and the instructions

Definitions in which something is found are not pinned, unless you insist.

  --lock FILE         the lock (mcp-tools.lock.json)
  --accept-findings   pin although something was found
  --header 'N: V'     send this header to the server (repeatable)
  --timeout MS        longest wait for each answer (10000)
  --json              a report for machines

Exit codes: 0 as approved, or written; 1 differs, or findings; 2 usage;
3 no answer, or the lock could not be read or written.

  safe-mcp pin create http://localhost:3000/mcp
  safe-mcp pin diff http://localhost:3000/mcp   # in your pipeline
`

interface Task {
  readonly io: Io
  readonly file: string
  /** The lock as the user named it. */
  readonly shown: string
  readonly json: boolean
  readonly acceptFindings: boolean
  readonly tools: readonly string[]
  readonly server: ServerDescription
}

const actions: Readonly<Record<string, (task: Task) => Promise<ExitCode>>> = { create, diff, approve }

export const pinCommand: Command = {
  name: 'pin',
  summary: "approve a server's tool definitions, show what changed",
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: {
        lock: { type: 'string', default: 'mcp-tools.lock.json' },
        'accept-findings': { type: 'boolean', default: false },
        header: { type: 'string', multiple: true },
        timeout: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const [action = '', target, ...tools] = positionals
    if (!Object.hasOwn(actions, action)) throw new UsageError('Say create, diff or approve.')
    if (tools.length > 0 && action !== 'approve') throw new UsageError(`${action} takes no names of tools.`)
    const url = urlOf('The URL', target)
    const timeoutMs = wholeNumber('timeout', values.timeout, 10_000, 1, 600_000)
    const file = resolve(io.cwd, values.lock)
    if (action === 'create' && existsSync(file)) throw new CannotRun(`${values.lock} is there already; see 'diff' and 'approve'.`)
    const onPage = createProgress(io, url.href)
    const headers = headersOf(values.header)
    const server = await describeServer(url, { headers, timeoutMs, signal: io.signal, onPage: (items) => onPage(items, items) })
    const task = { io, file, shown: values.lock, json: values.json, acceptFindings: values['accept-findings'], tools, server }
    return (actions[action] as (task: Task) => Promise<ExitCode>)(task)
  },
}

async function create(task: Task): Promise<ExitCode> {
  const lock = await lockOf(task.server)
  // The guard of a server that has no lock yet withholds every tool; a lock of that would do so for good.
  if (Object.keys(lock.tools).length === 0)
    throw new CannotRun('The server shows no tools. If a guard in front of it waits for this lock, ask without it.')
  if (!clean(task, Object.keys(lock.tools))) return exitCodes.findings
  await write(task, lock)
  return report(task, { added: Object.keys(lock.tools), changed: [], removed: [] }, false, 'pinned')
}

async function diff(task: Task): Promise<ExitCode> {
  const lock = await readLock(task)
  const difference = await compare(lock, task.server)
  const instructions = (await lockOf(task.server)).instructions !== lock.instructions
  const count = countOf(difference, instructions)
  report(task, difference, instructions, count === 0 ? 'as approved' : plural(count, 'difference'))
  return count === 0 ? exitCodes.ok : exitCodes.findings
}

async function approve(task: Task): Promise<ExitCode> {
  const lock = await readLock(task)
  const now = await lockOf(task.server)
  const difference = await compare(lock, task.server)
  const unknown = task.tools.filter((name) => !Object.hasOwn(now.tools, name) && !Object.hasOwn(lock.tools, name))
  if (unknown.length > 0) throw new CannotRun(`The server has no tool '${unknown[0]}'.`)
  const all = task.tools.length === 0
  const chosen = (names: readonly string[]): readonly string[] => (all ? names : names.filter((name) => task.tools.includes(name)))
  const approved = { added: chosen(difference.added), changed: chosen(difference.changed), removed: chosen(difference.removed) }
  if (!clean(task, [...approved.added, ...approved.changed])) return exitCodes.findings
  const tools = new Map(Object.entries(lock.tools))
  for (const name of [...approved.added, ...approved.changed]) tools.set(name, now.tools[name] as string)
  for (const name of approved.removed) tools.delete(name)
  const held = Object.entries(lock.held ?? {}).filter(([name]) => !all && !task.tools.includes(name))
  const instructions = all ? now.instructions : lock.instructions
  await write(task, { version: 1, complete: lock.complete, tools: toObject([...tools]), instructions, held: toObject(held) })
  const told = instructions !== lock.instructions
  const count = countOf(approved, told)
  return report(task, approved, told, count === 0 ? 'nothing to approve' : plural(count, 'difference'))
}

async function lockOf({ lists, instructions }: ServerDescription): Promise<PinLock> {
  return readable(() => createLock(lists.tools, instructions))
}

function compare(lock: PinLock, { lists }: ServerDescription): Promise<LockDifference> {
  return readable(() => diffLock(lock, lists.tools))
}

/** Two tools of one name, or one without: the server's fault, and no lock can be made of it. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof TypeError ? new CannotRun(`The server's list cannot be pinned: ${error.message}.`) : error
  }
}

/** False, and says why, when something is found in what would be pinned. */
function clean({ io, server, acceptFindings }: Task, names: readonly string[]): boolean {
  const tools = server.lists.tools.filter((tool) => names.includes((tool as { name: string }).name))
  const lists = { tools, prompts: [], resources: [], resourceTemplates: [] }
  const findings = inspectServer({ instructions: server.instructions, lists }, createScanner())
  if (findings.length === 0) return true
  io.err(`${plural(findings.length, 'finding')} in what would be pinned:`)
  for (const line of columns(findings.map(({ severity, rule, pointer = '' }) => [severity, rule, placeOf(pointer, lists)]))) io.err(line)
  if (!acceptFindings) io.err('Nothing was written. Review them; --accept-findings pins anyway.')
  return acceptFindings
}

async function readLock({ file, shown }: Task): Promise<PinLock> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new CannotRun(`${shown}: ${error.code === 'ENOENT' ? "there is no lock yet; see 'create'." : reasonOf(error)}`)
  })
  return parseLock(text)
}

/** Replaced at once: half a lock would approve nothing. */
async function write({ file, shown }: Task, lock: PinLock): Promise<void> {
  try {
    await writeFile(`${file}.next`, formatLock(lock))
    await rename(`${file}.next`, file)
  } catch (error) {
    throw new CannotRun(`${shown}: ${reasonOf(error)}`)
  }
}

function report({ io, json, shown, server }: Task, difference: LockDifference, instructions: boolean, summary: string): ExitCode {
  if (json) {
    writeJson(io, { lock: shown, revision: server.revision, ...difference, instructionsChanged: instructions })
    return exitCodes.ok
  }
  const rows = (['added', 'changed', 'removed'] as const).flatMap((kind) => difference[kind].map((name) => [kind, name]))
  if (instructions) rows.push(['changed', '(instructions)'])
  for (const line of columns(rows)) io.out(line)
  io.out(`${shown}: ${plural(server.lists.tools.length, 'tool')}, ${summary}.`)
  return exitCodes.ok
}

function countOf(difference: LockDifference, instructions: boolean): number {
  return Object.values(difference).flat().length + Number(instructions)
}

function toObject(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const object: Record<string, string> = Object.create(null)
  for (const [name, hash] of entries) object[name] = hash
  return object
}
