// The cases of test/portable, bundled once, on every runtime that safe-mcp claims to run on.
//
//   node test/runtime/run.mjs ["node 22"|bun|deno|workerd|...]...
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inParallel, root } from './lib/processes.mjs'
import { runtimes } from './lib/runtimes.mjs'

const { build } = createRequire(join(root, 'package.json'))('esbuild')
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(runtimes)
/** Fewer means that cases were lost on the way. */
const leastCases = 68

const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-runtimes-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const entries = { main: join(folder, 'main.mjs'), worker: join(folder, 'worker.js') }

async function bundle(entry, outfile) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`test/portable/${entry}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['safe-mcp-source', 'workerd', 'import'],
    metafile: true,
  })
  // Neutral means it: esbuild fails on what a package imports from Node, unless it is marked external, which nothing is.
  return Object.keys(metafile.inputs).length
}
for (const [entry, outfile] of Object.entries(entries)) await bundle(entry, outfile)

const results = await inParallel(
  2,
  names.map((name) => async () => {
    const began = performance.now()
    try {
      const program = runtimes[name]?.find()
      if (program === undefined) throw new Error('is not installed; npm ci --prefix test/runtime installs it')
      const report = await runtimes[name].run(program, entries)
      return { name, ...report, ms: performance.now() - began }
    } catch (error) {
      return { name, passed: 0, failures: [{ name: 'to run at all', error: error.message }], ms: performance.now() - began }
    }
  }),
)

const counts = results.map(({ passed, failures }) => passed + failures.length)
const most = Math.max(...counts)
let passed = 0
let failed = 0
console.log('runtime   cases  passed  failed      ms')
for (const [i, { name, passed: good, failures, ms }] of results.entries()) {
  const missing = counts[i] === most && most >= leastCases ? 0 : Math.max(most, leastCases) - counts[i]
  passed += good
  failed += failures.length + missing
  console.log(
    [name.padEnd(8), counts[i], good, failures.length + missing, ms.toFixed(0)]
      .map((cell) => String(cell).padStart(7))
      .join(' ')
      .trimStart(),
  )
  for (const failure of failures) console.log(`  ${failure.name}: ${failure.error}`)
  if (missing > 0) console.log(`  ${counts[i]} cases ran, ${Math.max(most, leastCases)} must`)
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
