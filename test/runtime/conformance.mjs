// The official conformance suite and a session of our own, against one server on each framework and behind the gateway: without
// guards, with the defaults, and with an optional identity and a tool policy. Whatever differs is a defect of safe-mcp.
//
//   node test/runtime/conformance.mjs [express|koa|hono|gateway]...
//
// Checks of every scenario are left in test/runtime/results/conformance.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compareSessions, recordSession } from './lib/byte-session.mjs'
import { inParallel, startServer } from './lib/processes.mjs'
import { compareChecks, expected, revisions, runSuite, tally } from './lib/suite.mjs'

const frameworks = process.argv.length > 2 ? process.argv.slice(2) : ['express', 'koa', 'hono', 'gateway']
const guards = ['bare', 'guarded', 'open']
/** How many answers the session of bytes has at least; fewer means that a part of it did not run. */
const leastAnswers = 170
/** With an identity, safe-mcp knows itself which sessions are over. */
const ownRefusals = { guarded: [], open: [/after delete$/] }
const results = fileURLToPath(new URL('./results/conformance/', import.meta.url))
const began = performance.now()

/** Everything one server answers. */
async function probe(framework, guard) {
  const server = await startServer(process.execPath, [
    ...['--conditions=safe-mcp-source', '--import', 'tsx', 'test/conformance/server.ts', framework, guard],
  ])
  try {
    const suite = new Map()
    const directory = `${results}${framework}-${guard}/`
    for (const revision of revisions) suite.set(revision, await runSuite(server.url, revision, directory + revision))
    const session = await recordSession(server.url)
    writeFileSync(`${directory}session.json`, JSON.stringify(session, undefined, 1))
    return { framework, guard, suite, session }
  } finally {
    await server.stop()
  }
}

const probes = await inParallel(
  2,
  frameworks.flatMap((framework) => guards.map((guard) => () => probe(framework, guard))),
)

let passed = 0
let failed = 0
const complaints = []
const complain = (where, lines) => {
  failed += lines.length
  complaints.push(...lines.map((line) => `${where}: ${line}`))
}

const table = [['framework', 'revision', ...guards]]
for (const framework of frameworks) {
  const [bare, ...guarded] = guards.map((guard) => probes.find((probe) => probe.framework === framework && probe.guard === guard))
  for (const revision of revisions) {
    const row = [framework, revision]
    for (const { guard, suite } of [bare, ...guarded]) {
      const counts = tally(suite.get(revision))
      passed += counts.passed
      failed += counts.failed
      row.push(`${counts.passed} passed, ${counts.failed} failed${counts.warned === 0 ? '' : `, ${counts.warned} warned`}`)
      if (counts.passed + counts.failed < expected[revision]) {
        complain(`${framework} ${guard} ${revision}`, [`${counts.passed + counts.failed} checks ran, at least ${expected[revision]} must`])
      }
    }
    table.push(row)
    for (const { guard, suite } of guarded) {
      complain(`${framework} ${guard} ${revision}`, compareChecks(bare.suite.get(revision), suite.get(revision)))
    }
  }
  const row = [framework, 'bytes', `${bare.session.length} answers`]
  if (bare.session.length < leastAnswers) complain(framework, [`${bare.session.length} answers, at least ${leastAnswers} must be`])
  for (const { guard, session } of guarded) {
    const differences = compareSessions(bare.session, session, ownRefusals[guard])
    complain(`${framework} ${guard}`, differences)
    passed += bare.session.length - differences.length
    row.push(`${bare.session.length - differences.length} same, ${differences.length} different`)
  }
  table.push(row)
}

const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)))
for (const row of table)
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  )
if (complaints.length > 0) console.log(`\n${complaints.join('\n')}`)
console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
