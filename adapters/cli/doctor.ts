import type { SafeMcpOptions } from '../../src/options.ts'
import { createSafeMcp } from '../../src/safe-mcp.ts'
import { readArguments, wholeNumber } from './arguments.ts'
import { examine, type Remark } from './checkup.ts'
import { type Command, exitCodes, reasonOf, UsageError } from './command.ts'
import { type Config, configName, loadConfig } from './config.ts'
import { columns, type Io, writeJson } from './io.ts'

const help = `
safe-mcp doctor: explains what a configuration will do

Usage: safe-mcp doctor [options]

Loads the configuration as proxy does (its default export: options, or a
function from the environment to options), builds the guards, and tells in which
order they run, what each does, which defaults hold, and what is dangerous.

  --config FILE   the configuration (safe-mcp.config.mjs; without one, defaults)
  --host HOST     address the server will listen on (0.0.0.0: public)
  --replicas N    processes behind one address (1)
  --json          a report for machines

Exit codes: 0 no warnings; 1 warnings, or options that are refused; 2 usage;
3 the configuration could not be loaded.

  safe-mcp doctor --host 127.0.0.1
  safe-mcp doctor --config prod.config.mjs --replicas 3
`

/** What each guard does, in one line. `when` says what happens to what it objects to. */
const explanations: Readonly<Record<string, string>> = {
  audit: 'records every verdict; refuses only when strict and the queue is full',
  limits: 'bounds: bodies 1 MiB, JSON 64 deep with 100,000 values, batches 100, held replies 4 MiB, unless set',
  origin: 'DNS rebinding on loopback servers, foreign origins on MCP routes: 403',
  protocol: 'media types, protocol versions, headers against body, batches: 400, 405, 415',
  identity: 'proves who calls; binds sessions to their caller: 401, 403, 404. Denies in monitor mode too',
  rate: 'how often a caller may ask: 429',
  input: 'injected instructions, hidden characters, encoded payloads in what comes in',
  tools: 'who may call which tool with which arguments; lists show only what the caller may use',
  definitions: 'poisoned or changed tool definitions and instructions',
  output: 'secrets, personal data, active content in what leaves',
}

const modes: Readonly<Record<string, string>> = {
  strict: 'content that is found is refused',
  normal: 'content that is found is repaired, and the request goes on',
  monitor: 'content that is found is recorded, and nothing is changed',
}

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'explain what a configuration will do, and what is dangerous',
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: {
        config: { type: 'string' },
        host: { type: 'string', default: '0.0.0.0' },
        replicas: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (positionals.length > 0) throw new UsageError(`'${positionals[0]}' is one word too many.`)
    const surroundings = { host: values.host, replicas: wholeNumber('replicas', values.replicas, 1, 1, 100_000) }
    const config = await loadConfig(values.config, io)
    const built = await guardsOf(config.options)
    if (typeof built === 'string') {
      if (values.json) writeJson(io, { config: config.path ?? null, error: built })
      else io.out(`refused: ${built}`)
      return exitCodes.findings
    }
    const remarks = examine(config.options, surroundings)
    const mode = config.options.mode ?? 'normal'
    if (values.json) writeJson(io, { config: config.path ?? null, ...surroundings, mode, guards: built, remarks })
    else tell(config, built, remarks, io)
    return remarks.some(({ level }) => level === 'warning') ? exitCodes.findings : exitCodes.ok
  },
}

/** Names of the guards in order, or why the options are refused. */
async function guardsOf(options: SafeMcpOptions): Promise<readonly string[] | string> {
  try {
    const safe = createSafeMcp(options)
    await safe.close()
    return safe.guards
  } catch (error) {
    if ((error as Error).name !== 'SafeMcpConfigError') throw error
    return reasonOf(error)
  }
}

function tell({ path, options }: Config, guards: readonly string[], remarks: readonly Remark[], io: Io): void {
  const mode = options.mode ?? 'normal'
  io.out(path === undefined ? `No ${configName} here: these are the defaults.` : `Configuration: ${path}`)
  io.out(`Mode: ${mode}${options.mode === undefined ? ' (default)' : ''}: ${modes[mode]}.`)
  io.out('')
  io.out('Guards, in the order a request passes them (a reply passes tools, definitions, yours, output):')
  for (const line of columns(
    guards.map((name, i) => [`${i + 1}.`, name, explanations[name] ?? 'your own', `(${settingsOf(options, name)})`]),
  ))
    io.out(line)
  const off = Object.keys(explanations).filter((name) => !guards.includes(name))
  if (off.length > 0) io.out(`Off: ${off.join(', ')}.`)
  io.out(`State: ${options.store === undefined ? 'in this process (default)' : options.store.shared ? 'shared' : 'in this process'}.`)
  io.out('')
  if (remarks.length === 0) io.out('Nothing to remark.')
  for (const { level, about, text } of remarks) io.out(`${level === 'warning' ? 'WARNING' : 'note   '} ${about}: ${text}`)
}

/** What was configured, in words: numbers, switches and lists of names; of anything else only that it is there. */
function settingsOf(options: SafeMcpOptions, name: string): string {
  const given = (options as Readonly<Record<string, unknown>>)[name]
  if (given === undefined || given === true) return 'defaults'
  if (typeof given !== 'object' || given === null || 'record' in given) return 'configured'
  const settings = Object.entries(given).filter(([, value]) => value !== undefined)
  return settings.map(([key, value]) => (shown(value) === undefined ? key : `${key} ${shown(value)}`)).join('; ') || 'defaults'
}

function shown(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value) || value.length > 8) return undefined
  const names = value.map((one: unknown) => (typeof one === 'string' ? one : (one as { name?: unknown } | null)?.name))
  return names.every((one) => typeof one === 'string') ? names.join(', ') : undefined
}
