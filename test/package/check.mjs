// Packs the package as it would be published, installs it into little projects, type-checks and runs them, and looks at the packing itself.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = (command, args, cwd = root) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const temporary = mkdtempSync(join(tmpdir(), 'safe-mcp-consumer-'))

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary]))
  const files = packed.files.map((file) => file.path)
  const stray = files.filter((path) => !/^(dist|src|adapters)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/.test(path))
  if (stray.length > 0) throw new Error(`the tarball holds what it should not: ${stray.join(', ')}`)
  console.log(`tarball: ${files.length} files, ${(packed.size / 1024).toFixed(0)} KB packed`)

  for (const map of files.filter((path) => path.endsWith('.js.map'))) {
    const { sources } = JSON.parse(readFileSync(join(root, map), 'utf8'))
    const lost = sources.filter((source) => !files.includes(join(map, '..', source)))
    if (lost.length > 0) throw new Error(`${map} points at what is not in the tarball: ${lost.join(', ')}`)
  }
  // What is slow about an import is the number of files. What runs everywhere asks for nothing of Node.
  for (const subpath of ['.', './hono', './fetch', './workers', './express']) {
    const entry = manifest.exports[subpath].default
    const settings = {
      bundle: true,
      write: false,
      format: 'esm',
      metafile: true,
      packages: 'external',
      platform: 'neutral',
      absWorkingDir: root,
      logLevel: 'error',
    }
    const { metafile } = await build({ ...settings, entryPoints: [entry] })
    const loaded = Object.keys(metafile.inputs).length
    if (loaded > 60) throw new Error(`${subpath} loads ${loaded} files`)
    const ofNode = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ path }) => path.startsWith('node:')))
    if (ofNode.length > 0 && subpath !== './express') throw new Error(`${subpath} imports ${ofNode.map(({ path }) => path).join(', ')}`)
  }
  console.log('maps point at shipped sources, imports load few files')

  run(join(root, 'node_modules/.bin/publint'), ['--strict', join(temporary, packed.filename)])
  console.log('publint: no fault')

  // @types/koa does not fit the types of its own dependency, so that consumer skips checking libraries; the others check ours.
  const consumers = { nodenext: ['express', '@types/express'], bundler: ['hono'], koa: ['koa', '@types/koa'] }
  for (const [consumer, frameworks] of Object.entries(consumers)) {
    const folder = join(temporary, consumer)
    cpSync(join(import.meta.dirname, 'consumers', consumer), folder, { recursive: true })
    const wanted = [...frameworks, 'typescript', '@types/node'].map((name) => `${name}@${manifest.devDependencies[name]}`)
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', join(temporary, packed.filename), ...wanted], folder)
    run(join(folder, 'node_modules/.bin/tsc'), ['-p', folder], folder)
    console.log(`${consumer}: types hold`)
  }

  const folder = join(temporary, 'nodenext')
  const needsPeer = new Set(['./redis'])
  const names = Object.keys(manifest.exports).filter((name) => name !== './package.json' && !needsPeer.has(name))
  const specifiers = names.map((name) => manifest.name + name.slice(1))
  writeFileSync(
    join(folder, 'import.mjs'),
    specifiers.map((name) => `if (Object.keys(await import('${name}')).length === 0) throw new Error('${name} is empty')`).join('\n'),
  )
  writeFileSync(
    join(folder, 'require.cjs'),
    specifiers.map((name) => `if (Object.keys(require('${name}')).length === 0) throw new Error('${name} is empty')`).join('\n'),
  )
  const nodes = (process.env.SAFE_MCP_NODES ?? '').split(':').filter((path) => path !== '')
  for (const node of [process.execPath, ...nodes]) {
    run(node, ['import.mjs'], folder)
    run(node, ['--no-warnings', 'require.cjs'], folder)
    console.log(`${run(node, ['--version']).trim()}: import and require of ${specifiers.length} subpaths`)
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
