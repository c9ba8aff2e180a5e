import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AuditFileReport, rotatedFiles, verifyAuditFile } from '../platform/node/audit-files.ts'
import { readArguments } from './arguments.ts'
import { CannotRun, type Command, exitCodes, reasonOf, UsageError } from './command.ts'
import { type Io, plural, writeJson } from './io.ts'

const help = `
safe-mcp audit: verifies an audit log

Usage: safe-mcp audit verify FILE [options]

Reads FILE and the files it was rotated into (FILE.000000000123 ...) as one
chain and checks every line against its hash and against the line before it.
An altered, removed, inserted or reordered event is named. A cut-off end shows
only with --head, or in a checkpoint kept elsewhere.

  --head SEQ:HASH     the log must contain this event (from a checkpoint)
  --from-start        the log must begin with event 1
  --key ID=FILE       Ed25519 public key (JWK) that signed checkpoints
                      (repeatable); their signatures are then checked
  --json              a report for machines

Exit codes: 0 whole; 1 broken; 2 usage; 3 could not be read.

  safe-mcp audit verify audit.jsonl --from-start
`

export const auditCommand: Command = {
  name: 'audit',
  summary: 'verify an audit log',
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: {
        head: { type: 'string' },
        'from-start': { type: 'boolean', default: false },
        key: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
    })
    const [action, file, ...more] = positionals
    if (action !== 'verify') throw new UsageError(`Say 'verify'.`)
    if (file === undefined || more.length > 0) throw new UsageError('Name one file.')
    const options = { fromStart: values['from-start'], expectHead: headOf(values.head), publicKeys: await keysOf(values.key, io) }
    const path = resolve(io.cwd, file)
    await announce(path, io)
    const report = await verifyAuditFile(path, options).catch((error) => {
      throw new CannotRun(`${file}: ${reasonOf(error)}`)
    })
    if (values.json) writeJson(io, report)
    else tell(file, report, options.publicKeys !== undefined, io)
    return report.ok ? exitCodes.ok : exitCodes.findings
  },
}

/** Hashing runs at some hundred megabytes a second; only larger logs make somebody wait. */
async function announce(path: string, io: Io): Promise<void> {
  const files = [...(await rotatedFiles(path)), path]
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1_000_000
  if (megabytes > 50) io.err(`verifying ${megabytes.toFixed(0)} MB in ${plural(files.length, 'file')}`)
}

function tell(file: string, report: AuditFileReport, checked: boolean, io: Io): void {
  const { ok, entries, files, first, last, tornTail, recovered, checkpoints, checkpointsVerified, firstBreak, brokenFile } = report
  io.out(`${file}: ${ok ? 'whole' : 'BROKEN'}, ${plural(entries, 'event')} verified in ${plural(files.length, 'file')}`)
  if (firstBreak !== undefined) io.out(`  ${firstBreak.reason}: event ${firstBreak.seq}, line ${firstBreak.line} of ${brokenFile ?? file}`)
  if (first !== undefined && last !== undefined)
    io.out(`  chain ${last.chain}, events ${first.seq} to ${last.seq}, head ${last.seq}:${last.hash}`)
  if (tornTail) io.out('  the last line is unfinished: a crash cut it off, what comes before it stands')
  if (recovered > 0) io.out(`  recovered from ${plural(recovered, 'crash').replace('crashs', 'crashes')}`)
  if (checkpoints > 0) {
    io.out(
      `  ${plural(checkpoints, 'checkpoint')}, ${checked ? `${checkpointsVerified} signatures hold` : 'signatures not checked (--key)'}`,
    )
  }
}

function headOf(text: string | undefined): { readonly seq: number; readonly hash: string } | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match === null) throw new UsageError('--head must read SEQ:HASH, the number of an event and its hash.')
  return { seq: Number(match[1]), hash: match[2] as string }
}

async function keysOf(given: readonly string[] | undefined, io: Io): Promise<Readonly<Record<string, JsonWebKey>> | undefined> {
  if (given === undefined) return undefined
  const keys: Record<string, JsonWebKey> = Object.create(null)
  for (const text of given) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new UsageError('--key must read ID=FILE.')
    const file = text.slice(equals + 1)
    try {
      keys[text.slice(0, equals)] = JSON.parse(await readFile(resolve(io.cwd, file), 'utf8')) as JsonWebKey
    } catch (error) {
      throw new CannotRun(`${file}: ${reasonOf(error)}`)
    }
  }
  return keys
}
