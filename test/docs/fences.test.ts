import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'test/docs/.fences')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** TypeScript fences of a page, each with the line it starts on. A fence that says `ts no-check` is a fragment. */
function fencesOf(page: string): { readonly line: number; readonly code: string }[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n')
  const found: { line: number; code: string }[] = []
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] !== '```ts') continue
    const start = i + 1
    while (lines[++i] !== '```') if (i >= lines.length) throw new Error(`${page}:${start} is not closed`)
    found.push({ line: start + 1, code: lines.slice(start, i).join('\n') })
  }
  return found
}

const fences = pages.flatMap((page) => fencesOf(page).map((fence) => ({ page, ...fence })))
const nameOf = ({ page, line }: { page: string; line: number }): string => `${page.replaceAll(/[/.]/g, '-')}-${line}.ts`

describe('code in the documentation', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const fence of fences) writeFileSync(join(folder, nameOf(fence)), `${fence.code}\nexport {}\n`)
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, allowImportingTsExtensions: true }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../../tsconfig.json', compilerOptions, include: ['./*.ts'], exclude: [] }),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('compiles', async () => {
    expect(fences.length).toBeGreaterThan(5)
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await promisify(execFile)(tsc, ['-p', folder, '--noEmit'], { cwd: root }).catch((error: { stdout: string }) => error)
    expect(stdout.split('\n').filter((line) => line.includes('error'))).toEqual([])
  }, 60_000)
})
