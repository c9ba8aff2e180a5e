import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const modules = join(root, 'node_modules')
const dockerfile = readFileSync(join(root, 'examples/deploy/Dockerfile'), 'utf8')

/** What one stage of the Dockerfile copies from the repository. */
function copiedBy(stage: number): string[] {
  const lines = (dockerfile.split(/^FROM /m)[stage] as string).split('\n').filter((line) => /^COPY (?!--)/.test(line))
  return lines.flatMap((line) => line.split(' ').slice(1, -1))
}

/**
 * Does what the Dockerfile does, stage by stage: packs the package from the files that are copied for it, and lays out a folder with the
 * example's server and safe-mcp from the tarball. Other packages are those of this repository, so that no registry is needed.
 */
export function installPacked(): { readonly folder: string; readonly bin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-deploy-'))
  const [source, app] = [join(folder, 'source'), join(folder, 'app')]
  for (const path of [source, join(app, 'node_modules/safe-mcp'), join(app, 'node_modules/@modelcontextprotocol')]) {
    mkdirSync(path, { recursive: true })
  }

  for (const name of copiedBy(1)) cpSync(join(root, name), join(source, name), { recursive: true })
  symlinkSync(modules, join(source, 'node_modules'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: source, stdio: ['ignore', 'pipe', 'inherit'] })
  const { name, version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { name: string; version: string }
  execFileSync('tar', ['-xzf', join(folder, `${name}-${version}.tgz`), '--strip-components=1', '-C', join(app, 'node_modules/safe-mcp')])

  for (const one of ['express', 'redis', 'zod', 'jose', '@cfworker', '@modelcontextprotocol/server', '@modelcontextprotocol/node']) {
    symlinkSync(join(modules, one), join(app, 'node_modules', one))
  }
  for (const path of copiedBy(3)) cpSync(join(root, path), join(app, basename(path)))
  // Readable by the user it will run as, writable by nobody of its kind: the folder belongs to whoever runs the tests.
  chmodSync(folder, 0o755)
  return { folder: app, bin: join(app, 'node_modules/safe-mcp/dist/adapters/cli/main.js') }
}

/** What the image starts. */
export const startCommand = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] as string) as [string, ...string[]]
