import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type PolicyTestDocument, type PolicyTestResult, runPolicyTests } from '../../src/policy/policy-tests.ts'
import { readArguments } from './arguments.ts'
import { CannotRun, type Command, exitCodes, reasonOf, UsageError } from './command.ts'
import { type Io, plural, writeJson } from './io.ts'
import { readSource } from './scan-sources.ts'

const help = `
safe-mcp policy: runs the tests of a policy

Usage: safe-mcp policy test FILE... [options]

A file is JSON, or a module with a default export:

  { "policy": { "allow": ["search"] },
    "tests": [{ "name": "readers search", "action": "search",
                "principal": { "id": "ada", "scopes": ["read"] },
                "args": {}, "expected": "allow" }] }

"policy" is an OIAP document, a list of them, or allow/deny lists; "action" a
tool, prompt:name or resource:uri; "expected" is allow, deny, audit or approval.

  --explain   the statements that were considered, for passed tests too
  --json      a report for machines

Exit codes: 0 all tests pass; 1 one fails; 2 usage; 3 a file cannot be read or
is malformed. A file without tests is malformed: it proves nothing.

  safe-mcp policy test policy.json
`

export const policyCommand: Command = {
  name: 'policy',
  summary: 'run the tests of a policy',
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: { explain: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    })
    const [action, ...files] = positionals
    if (action !== 'test') throw new UsageError(`Say 'test'.`)
    if (files.length === 0) throw new UsageError('Name a file.')
    const reports = []
    for (const file of files) reports.push({ file, ...runPolicyTests(await load(file, io)) })
    const failed = reports.reduce((sum, report) => sum + report.failed, 0)
    const passed = reports.reduce((sum, report) => sum + report.passed, 0)
    if (values.json) writeJson(io, { passed, failed, files: reports })
    else {
      for (const { file, results } of reports) {
        io.out(file)
        for (const result of results) tell(result, values.explain, io)
      }
      io.out(`${plural(passed + failed, 'test')}, ${passed} passed, ${failed} failed`)
    }
    return failed > 0 ? exitCodes.findings : exitCodes.ok
  },
}

async function load(file: string, io: Io): Promise<PolicyTestDocument> {
  try {
    if (!/\.[cm]?[jt]s$/.test(file)) return JSON.parse(await readSource(file, io)) as PolicyTestDocument
    return ((await import(pathToFileURL(resolve(io.cwd, file)).href)) as { default: PolicyTestDocument }).default
  } catch (error) {
    throw error instanceof CannotRun ? error : new CannotRun(`${file}: ${reasonOf(error)}`)
  }
}

function tell({ name, passed, expected, actual, reason, considered }: PolicyTestResult, always: boolean, io: Io): void {
  io.out(`  ${passed ? 'ok  ' : 'FAIL'} ${name}: ${passed ? actual : `expected ${expected}, got ${actual}`} (${reason})`)
  if (passed && !always) return
  for (const statement of considered) io.out(`         ${JSON.stringify(statement)}`)
}
