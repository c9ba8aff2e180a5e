import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const modules = join(root, 'node_modules')

/**
 * Builds and packs the package as it would be published, and lays out a folder as the Dockerfile does: the example's server, its
 * dependencies, and safe-mcp from the tarball. Other packages are those of this repository, so that no registry is needed.
 */
export function installPacked(): { readonly folder: string; readonly bin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-deploy-'))
  const [source, app] = [join(folder, 'source'), join(folder, 'app')]
  for (const path of [source, join(app, 'node_modules/safe-mcp'), join(app, 'node_modules/@modelcontextprotocol')])
    mkdirSync(path, { recursive: true })
  const run = (command: string, args: readonly string[], cwd: string): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'src', 'adapters'])
    cpSync(join(root, name), join(source, name), { recursive: true })
  run(join(modules, '.bin/tsc'), ['-p', 'tsconfig.build.json', '--outDir', join(source, 'dist')], root)
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], source)) as [{ filename: string }]
  run('tar', ['-xzf', join(source, packed.filename), '--strip-components=1', '-C', join(app, 'node_modules/safe-mcp')], source)

  for (const name of ['express', 'redis', 'zod', 'jose', '@cfworker', '@modelcontextprotocol/server', '@modelcontextprotocol/node']) {
    symlinkSync(join(modules, name), join(app, 'node_modules', name))
  }
  for (const name of ['server.mjs', 'package.json']) cpSync(join(root, 'examples/deploy', name), join(app, name))
  // Readable by the user it will run as, writable by none of its kind: the folder belongs to whoever runs the tests.
  chmodSync(folder, 0o755)
  return { folder: app, bin: join(app, 'node_modules/safe-mcp/dist/adapters/cli/main.js') }
}
