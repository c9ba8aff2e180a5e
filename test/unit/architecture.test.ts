import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Lower floors first. A file may import its own floor's folder, and every floor below. */
const floors: readonly (readonly string[])[] = [
  ['src/lib', 'src/rules'],
  ['src/core', 'src/mcp'],
  ['src/scan', 'src/identity', 'src/audit', 'src/monitor', 'src/store'],
  ['src/redact', 'src/definitions', 'src/threat', 'src/policy'],
  ['src/guards'],
  ['src'],
  ['adapters'],
]

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const floorOf = (path: string): number => {
  const folder = dirname(path)
  for (let i = 0; i < floors.length; i++) {
    for (const base of floors[i] as readonly string[]) {
      if (
        base === 'src'
          ? folder === 'src' || folder === 'src/testing' || folder === 'src/workflow'
          : folder === base || folder.startsWith(`${base}/`)
      )
        return i
    }
  }
  return -1
}

const folderOf = (path: string): string => floors[floorOf(path)]?.find((base) => path.startsWith(`${base}/`)) ?? ''

/** What is wrong with an import, or undefined. */
function fault({ from, to, typeOnly }: Import): string | undefined {
  const source = floorOf(from)
  if (source < 0) return `${from} stands on no floor`
  if (!to.startsWith('.')) {
    if (from.startsWith('adapters/')) return undefined
    const allowed =
      to === 'jose' ||
      to.startsWith('jose/') ||
      to === 'zod/mini' ||
      to === '@cfworker/json-schema' ||
      (typeOnly && to === '@opentelemetry/api')
    return allowed ? undefined : `${from} imports ${to}: src is neutral`
  }
  const target = normalize(join(dirname(from), to))
  const floor = floorOf(target)
  if (floor < 0) return `${from} imports ${target}, which stands on no floor`
  if (floor > source) return `${from} imports ${target}: imports only go down`
  if (floor === source && floor === 4 && target !== from) return `${from} imports ${target}: no guard imports another`
  if (floor === source && (floor === 2 || floor === 3) && folderOf(from) !== folderOf(target) && !typeOnly) {
    return `${from} imports ${target}: engines of one floor do not know each other`
  }
  return undefined
}

function importsOf(from: string, text: string): Import[] {
  const found: Import[] = []
  for (const match of text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/g)) {
    found.push({ from, to: match[2] as string, typeOnly: match[1] !== undefined })
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) found.push({ from, to: match[1] as string, typeOnly: false })
  return found
}

const files = ['src', 'adapters'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

describe('the floors', () => {
  it('hold: imports only go down, and src stays neutral', () => {
    const imports = files.flatMap((file) => importsOf(file, read(file)))
    expect(imports.length).toBeGreaterThan(100)
    expect(imports.map(fault).filter((message) => message !== undefined)).toEqual([])
  })

  it.each([
    ['src/core/guard.ts', "import { inputGuard } from '../guards/input.ts'"],
    ['src/lib/lru.ts', "import { deny } from '../core/verdict.ts'"],
    ['src/guards/input.ts', "import { outputGuard } from './output.ts'"],
    ['src/audit/log.ts', "import { writeFile } from 'node:fs/promises'"],
    ['src/scan/scanner.ts', "import { createRedactor } from '../redact/index.ts'"],
    ['src/options.ts', "import { safeMcp } from '../adapters/express.ts'"],
    ['src/scan/scanner.ts', "const later = import('../guards/input.ts')"],
  ])('are seen to be broken when %s says %s', (file, line) => {
    expect(importsOf(file, line).map(fault)).toEqual([expect.any(String)])
  })
})

/** The first circle of imports there is, types included: the files of it, or undefined. */
function circle(importsOfFile: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of importsOfFile.get(file) ?? []) {
      const found = visit(next, [...path, file])
      if (found !== undefined) return found
    }
    done.add(file)
    return undefined
  }
  for (const file of importsOfFile.keys()) {
    const found = visit(file, [])
    if (found !== undefined) return found
  }
  return undefined
}

describe('no file', () => {
  it('imports itself by way of others: each can be understood after those below it', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file, read(file)).flatMap(({ to }) => (to.startsWith('.') ? [normalize(join(dirname(file), to))] : [])),
      ]),
    )
    expect(graph.size).toBeGreaterThan(300)
    expect(circle(graph)).toBeUndefined()
    expect(circle(new Map([...graph, ['src/lib/lazily.ts', ['src/index.ts']]]))?.at(0), 'a circle is seen').toBeDefined()
  })
})

describe('the sources', () => {
  it('use no platform globals and no clock of their own', () => {
    const banned = /\b(process\.env|Buffer\.|Date\.now\(|new Date\(\)|performance\.now|setImmediate\(|__dirname|new Function\(|\beval\()/
    const offenders = files
      .filter((file) => file.startsWith('src/') && file !== 'src/core/clock.ts' && !file.startsWith('src/rules/'))
      .filter((file) =>
        read(file)
          .split('\n')
          .some((line) => banned.test(line.replace(/^\s*(\/\/|\*|\/\*).*/, '').replace(/(['"`]).*?\1/g, "''"))),
      )
    expect(offenders).toEqual([])
  })

  it('are plain ASCII outside rule data', () => {
    const offenders = files.filter((file) => !file.startsWith('src/rules/')).filter((file) => /[^\t\n\r\x20-\x7e]/.test(read(file)))
    expect(offenders).toEqual([])
  })

  it('name no path of the machine they were written on', () => {
    const offenders = files.filter((file) => /\/(home|Users|work|tmp)\/[a-z]/.test(read(file))).map((file) => relative('.', file))
    expect(offenders).toEqual([])
  })
})
