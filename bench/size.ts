// Size of every subpath and time to load the core with Hono. Fails over budget, where a subpath asks for a package it did not ask for
// before, and where `src` needs Node.
//   npm run size                     `one file`: what bundlers that inline `import()` make of it, as for Workers; the budget is of this.
//                                    `at start`: what is loaded before an option asks for the rest, where `import()` stays.
//   npm run size -- --write          records sizes and packages as the budget
//   npm run size -- --parts ./hono   minified bytes by folder
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild'

/** Bytes after gzip and packages asked for, by subpath; `jose, later` is one that is not loaded at start. */
type Budget = Record<string, { readonly gzipBytes: number; readonly packages: readonly string[] }>

const budgetFile = new URL('./size-budget.json', import.meta.url)
const slack = 1.03
const root = new URL('..', import.meta.url)

const settings = {
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['import', 'default'],
  absWorkingDir: root.pathname,
  logLevel: 'error',
} as const satisfies BuildOptions

const external = ['hono', 'zod', 'jose', 'express', 'koa', 'redis', '@cfworker/json-schema', 'node:*']

interface Measured {
  readonly subpath: string
  readonly gzipBytes: number
  readonly startBytes: number
  /** Minified bytes by folder. */
  readonly parts: ReadonlyMap<string, number>
  /** Packages that the bundle asks for, at once or later. */
  readonly packages: readonly string[]
  /** Built-in modules of Node that it asks for. */
  readonly nodeModules: readonly string[]
  /** Runs on every platform, so it may ask for none. */
  readonly neutral: boolean
}

async function measure(subpath: string, entry: string): Promise<Measured> {
  const { outputFiles, metafile } = await build({ ...settings, entryPoints: [entry], external })
  const { imports, inputs } = Object.values(metafile.outputs)[0] as Metafile['outputs'][string]
  const parts = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const folder = path.split('/').slice(0, 2).join('/')
    parts.set(folder, (parts.get(folder) ?? 0) + bytesInOutput)
  }
  const asked = imports.map(({ path }) => path)
  const start = await measureStart(entry)
  return {
    subpath,
    gzipBytes: gzipped((outputFiles[0] as OutputFile).contents),
    startBytes: start.bytes,
    parts,
    packages: [...new Set(asked.filter((path) => !path.startsWith('node:')))]
      .map((path) => (start.imports.has(path) ? path : `${path}, later`))
      .sort(),
    nodeModules: asked.filter((path) => path.startsWith('node:')),
    neutral: entry.startsWith('./src/') || /\/(hono|fetch|platform\/workers)\.ts$/.test(entry),
  }
}

/** The entry and what it imports at once, each file by itself. */
async function measureStart(entry: string): Promise<{ readonly bytes: number; readonly imports: ReadonlySet<string> }> {
  const outdir = join(root.pathname, 'dist-size')
  const { outputFiles, metafile } = await build({ ...settings, entryPoints: [entry], external, splitting: true, outdir })
  const contents = new Map(outputFiles.map((file) => [relative(root.pathname, file.path), file.contents]))
  const reached = new Set(Object.keys(metafile.outputs).filter((name) => metafile.outputs[name]?.entryPoint === entry.slice(2)))
  for (const name of reached) {
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) if (kind === 'import-statement') reached.add(path)
  }
  const files = [...reached].flatMap((name) => contents.get(name) ?? [])
  return { bytes: files.reduce((sum, file) => sum + gzipped(file), 0), imports: reached }
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length
}

/** Median milliseconds a fresh process takes to import the core, the Hono adapter and all they need as one file. */
async function importTime(): Promise<number> {
  const contents = "export * from './src/index.ts'\nexport { safeMcp, guard as honoGuard } from './adapters/hono.ts'\n"
  const { outputFiles } = await build({ ...settings, stdin: { contents, resolveDir: root.pathname, loader: 'ts' } })
  const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-size-'))
  try {
    const file = join(folder, 'bundle.mjs')
    writeFileSync(file, (outputFiles[0] as OutputFile).contents)
    const script = `const began = performance.now(); await import('${pathToFileURL(file)}'); console.log(performance.now() - began)`
    const times = Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', script])))
    return times.sort((a, b) => a - b)[4] as number
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { exports: Record<string, Record<string, string>> }
const sources = Object.entries(exports).flatMap(([subpath, { 'safe-mcp-source': entry }]) =>
  entry === undefined ? [] : [[subpath, entry] as const],
)
const measured: Measured[] = []
for (const [subpath, entry] of sources) measured.push(await measure(subpath, entry))

if (process.argv.includes('--write')) {
  const budget: Budget = Object.fromEntries(measured.map(({ subpath, gzipBytes, packages }) => [subpath, { gzipBytes, packages }]))
  const lines = Object.entries(budget).map(([subpath, { gzipBytes, packages }]) => {
    const names = packages.map((name) => JSON.stringify(name)).join(', ')
    return `  ${JSON.stringify(subpath)}: { "gzipBytes": ${gzipBytes}, "packages": [${names}] }`
  })
  writeFileSync(budgetFile, `{\n${lines.join(',\n')}\n}\n`)
}
const budget = JSON.parse(readFileSync(budgetFile, 'utf8')) as Budget
const faults = measured.flatMap(({ subpath, gzipBytes, packages, nodeModules, neutral }) => {
  const allowed = budget[subpath]
  if (allowed === undefined) return [`${subpath} has no budget`]
  const wrong: string[] = []
  if (gzipBytes > allowed.gzipBytes * slack) wrong.push(`${subpath} is ${gzipBytes} bytes, its budget ${allowed.gzipBytes}`)
  const unexpected = [...packages.filter((name) => !allowed.packages.includes(name)), ...(neutral ? nodeModules : [])]
  if (unexpected.length > 0) wrong.push(`${subpath} must not need ${unexpected.join(', ')}`)
  return wrong
})
const kilobytes = (bytes: number): number => Number((bytes / 1024).toFixed(1))
console.table(
  measured.map(({ subpath, gzipBytes, startBytes, packages, nodeModules }) => ({
    subpath,
    'gzip KB, one file': kilobytes(gzipBytes),
    'at start': kilobytes(startBytes),
    'of budget': Number((gzipBytes / (budget[subpath]?.gzipBytes ?? Number.NaN)).toFixed(2)),
    packages: packages.join(' '),
    'node modules': nodeModules.length,
  })),
)
const detailed = process.argv[process.argv.indexOf('--parts') + 1]
for (const { subpath, parts } of measured) {
  if (!process.argv.includes('--parts') || subpath !== detailed) continue
  console.table([...parts].sort((a, b) => b[1] - a[1]).map(([folder, bytes]) => ({ folder, 'minified KB': kilobytes(bytes) })))
}
console.log(`import of core and Hono, everything in one file: ${(await importTime()).toFixed(1)} ms (median of 9 fresh processes)`)
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
