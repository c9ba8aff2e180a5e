// Puts JavaScript into `dist`, in few files; the compiler adds declarations. Files are what an import costs: an adapter of 250 took more
// than twice as long to load as one of forty.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'
import manifest from './package.json' with { type: 'json' }

const subpaths = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [] : [target['safe-mcp-source']]))
const programs = Object.values(manifest.bin).map((file) => file.replace('/dist/', '/').replace(/\.js$/, '.ts'))
/** Files of their own though nobody imports them: bundlers drop whole files only, and one guard alone needs nothing of these. */
const apart = ['./src/redact/kinds/base.ts']

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: [...subpaths, ...programs, ...apart],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  packages: 'external',
  sourcemap: true,
  // The sources are in the package.
  sourcesContent: false,
  logLevel: 'warning',
})
