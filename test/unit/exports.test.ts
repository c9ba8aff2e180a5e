import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { exports: Record<string, unknown> }
const subpaths = Object.keys(manifest.exports).filter((name) => name !== './package.json')

describe('the public names', () => {
  it.each(subpaths)('of %s are those people rely on', async (subpath) => {
    const names = Object.keys(await import(`safe-mcp${subpath.slice(1)}`)).sort()
    expect(names.length).toBeGreaterThan(0)
    await expect(`${names.join('\n')}\n`).toMatchFileSnapshot(`__snapshots__/exports${subpath.slice(1).replaceAll('/', '-')}.txt`)
  })
})
