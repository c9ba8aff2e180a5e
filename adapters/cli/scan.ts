import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { compareSeverity } from '../../src/core/finding.ts'
import { createScanner, type Scanner } from '../../src/scan/scanner.ts'
import { headersOf, oneOf, readArguments, urlOf, wholeNumber } from './arguments.ts'
import { CannotRun, type Command, type ExitCode, exitCodes, UsageError } from './command.ts'
import { loadConfig } from './config.ts'
import { columns, createProgress, type Io, plural, writeJson } from './io.ts'
import { describeServer } from './mcp-server.ts'
import { readSource, readStdin, type SourceReport, scanDefinitions, scanDocument, scanText } from './scan-sources.ts'

const slots = ['prompt', 'tool-arguments', 'tool-result', 'resource', 'tool-definition'] as const

const help = `
safe-mcp scan: finds injected instructions and hidden text

Usage: safe-mcp scan [options] [TEXT | FILE | URL | -]...

Scans text, files, standard input (-), or what a running MCP server tells
models: instructions, tools, prompts, resources. JSON files are scanned string
by string, those with a list of tools as definitions. What is found is named by
rule, severity, place, range [start,end) in UTF-16 units, and the encodings that
were undone; the text itself is never repeated.

  --text TEXT         scan this text, whatever it looks like
  --file FILE         scan this file
  --url URL           scan what the MCP server at this URL says of itself
  --header 'N: V'     send this header to the server (repeatable)
  --timeout MS        longest wait for each of its answers (10000)
  --slot SLOT         where text comes from: prompt (default), tool-arguments,
                      tool-result, resource, tool-definition
  --sensitivity S     low, balanced (default) or high
  --config FILE       take scanner options from input: {...} of this file
                      (safe-mcp.config.mjs if it is there)
  --json              a report for machines

Exit codes: 0 nothing found; 1 something found; 2 usage; 3 could not read.

  safe-mcp scan 'Ignore all previous instructions.'
  safe-mcp scan --json docs/*.md
  safe-mcp scan http://localhost:3000/mcp --header "Authorization: Bearer $TOKEN"
`

type Task = () => Promise<SourceReport>

export const scanCommand: Command = {
  name: 'scan',
  summary: 'find injected instructions in text, files or a running server',
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: {
        text: { type: 'string', multiple: true },
        file: { type: 'string', multiple: true },
        url: { type: 'string', multiple: true },
        header: { type: 'string', multiple: true },
        timeout: { type: 'string' },
        slot: { type: 'string' },
        sensitivity: { type: 'string' },
        config: { type: 'string' },
        json: { type: 'boolean' },
      },
    })
    const slot = oneOf('slot', values.slot, slots) ?? 'prompt'
    const sensitivity = oneOf('sensitivity', values.sensitivity, ['low', 'balanced', 'high'])
    const timeoutMs = wholeNumber('timeout', values.timeout, 10_000, 1, 600_000)
    const headers = headersOf(values.header)
    const scanner = await scannerFor(values.config, sensitivity, io)

    const ofText =
      (text: string): Task =>
      () =>
        scanText('text', text, scanner, slot)
    const ofFile =
      (path: string): Task =>
      async () =>
        scanDocument(path, await readSource(path, io), scanner, slot)
    const ofStdin: Task = async () => scanText('standard input', await readStdin(io), scanner, slot)
    const ofUrl = (text: string): Task => {
      const url = urlOf('The URL', text)
      const onPage = createProgress(io, url.href)
      return async () => {
        const server = await describeServer(url, { headers, timeoutMs, signal: io.signal, onPage: (items) => onPage(items, items) })
        return scanDefinitions(url.href, server, scanner)
      }
    }
    const guess = (word: string): Task => {
      if (word === '-') return ofStdin
      if (/^https?:\/\/\S+$/i.test(word)) return ofUrl(word)
      const path = resolve(io.cwd, word)
      if (existsSync(path) && statSync(path).isFile()) return ofFile(word)
      // A misspelt name or a pattern nothing matched must not pass a pipeline as clean text.
      if (existsSync(path) || looksLikePath(word)) throw new CannotRun(`${word} is not a file. To scan the words themselves: --text.`)
      return ofText(word)
    }
    const tasks = [
      ...(values.text ?? []).map(ofText),
      ...(values.file ?? []).map(ofFile),
      ...(values.url ?? []).map(ofUrl),
      ...positionals.map(guess),
    ]
    if (tasks.length === 0 && io.stdinIsTerminal) throw new UsageError('There is nothing to scan.')
    const reports = await runAll(tasks.length === 0 ? [ofStdin] : tasks, io)
    if (values.json === true) writeJson(io, { flagged: reports.some(({ flagged }) => flagged), sources: reports })
    else tell(reports, io)
    return codeOf(reports)
  },
}

async function scannerFor(config: string | undefined, sensitivity: 'low' | 'balanced' | 'high' | undefined, io: Io): Promise<Scanner> {
  const { input } = (await loadConfig(config, io)).options
  const { mode: _mode, routes: _routes, ...options } = typeof input === 'object' ? input : {}
  return createScanner(sensitivity === undefined ? options : { ...options, sensitivity })
}

async function runAll(tasks: readonly Task[], io: Io): Promise<readonly SourceReport[]> {
  const progress = createProgress(io, 'scanned')
  const reports: SourceReport[] = []
  for (const task of tasks) {
    reports.push(await task())
    progress(reports.length, tasks.length)
  }
  return reports
}

function tell(reports: readonly SourceReport[], io: Io): void {
  for (const { source, flagged, score, findings } of reports) {
    io.out(
      `${source}: ${flagged ? 'flagged' : findings.length > 0 ? 'noted' : 'clean'}${score === undefined ? '' : `, score ${score.toFixed(2)}`}`,
    )
    const worstFirst = findings.toSorted((a, b) => compareSeverity(b.severity, a.severity))
    const rows = worstFirst.map(({ severity, rule, place, range, technique, layers }) => [
      severity,
      rule,
      place,
      range === undefined ? '' : `[${range[0]},${range[1]})`,
      technique ?? '',
      layers === undefined || layers.length === 0 ? '' : `through ${layers.join(' > ')}`,
    ])
    for (const line of columns(rows)) io.out(line)
  }
  const flagged = reports.filter((report) => report.flagged).length
  const found = reports.reduce((sum, { findings }) => sum + findings.length, 0)
  if (reports.length > 1) io.out(`${plural(reports.length, 'source')}, ${flagged} flagged, ${plural(found, 'finding')}`)
}

function codeOf(reports: readonly SourceReport[]): ExitCode {
  return reports.some(({ flagged, findings }) => flagged || findings.length > 0) ? exitCodes.findings : exitCodes.ok
}

function looksLikePath(word: string): boolean {
  return !/\s/.test(word) && (/[/\\*]/.test(word) || /\.[a-z0-9]{1,5}$/i.test(word))
}
