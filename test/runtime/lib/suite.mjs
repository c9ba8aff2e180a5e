import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installed, nodeOf, run } from './processes.mjs'

/** How many checks the suite makes per revision when a server has everything. Fewer means that something did not run. */
export const expected = { '2025-03-26': 3, '2025-06-18': 56, '2025-11-25': 84, '2026-07-28': 152 }
export const revisions = Object.keys(expected)

/**
 * Runs the official conformance suite against a server.
 *
 * @returns every check by its name (scenario, check, how often it came before), with what became of it.
 */
export async function runSuite(url, revision, directory) {
  const node = nodeOf(24)
  const suite = installed('@modelcontextprotocol/conformance/dist/index.js')
  if (node === undefined || suite === undefined) throw new Error('npm ci --prefix test/runtime installs what this needs')
  // A server that is not there passes some checks.
  await fetch(url, { method: 'OPTIONS', signal: AbortSignal.timeout(5000) })
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const { code, signal, out, err } = await run(node, [
    suite,
    ...['server', '--url', url, '--suite', 'all', '--spec-version', revision, '--output-dir', directory],
  ])
  if (signal !== null || !/^Total: /m.test(out)) throw new Error(`the suite ended with ${signal ?? code}: ${err || out}`)
  return readChecks(directory)
}

function readChecks(directory) {
  const checks = new Map()
  for (const folder of readdirSync(directory).sort()) {
    const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '')
    const seen = new Map()
    for (const { id, status, errorMessage } of JSON.parse(readFileSync(join(directory, folder, 'checks.json'), 'utf8'))) {
      if (status !== 'SUCCESS' && status !== 'FAILURE' && status !== 'WARNING') continue
      const before = seen.get(id) ?? 0
      seen.set(id, before + 1)
      checks.set(`${scenario} / ${id}${before === 0 ? '' : ` #${before + 1}`}`, { status, errorMessage })
    }
  }
  return checks
}

/** What became different: checks that are missing, new, or ended otherwise. */
export function compareChecks(bare, guarded) {
  const names = new Set([...bare.keys(), ...guarded.keys()])
  return [...names].flatMap((name) => {
    const [before, after] = [bare.get(name), guarded.get(name)]
    if (before?.status === after?.status) return []
    return [`${name}: ${before?.status ?? 'absent'} without guards, ${after?.status ?? 'absent'} with (${after?.errorMessage ?? ''})`]
  })
}

export function tally(checks) {
  const of = (status) => [...checks.values()].filter((check) => check.status === status).length
  return { passed: of('SUCCESS'), failed: of('FAILURE'), warned: of('WARNING') }
}
