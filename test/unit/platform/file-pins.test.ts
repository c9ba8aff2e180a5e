import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definitionsGuard } from 'safe-mcp'
import { createLock, formatLock } from 'safe-mcp/definitions'
import { filePins } from 'safe-mcp/node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { contextOf, replyOf } from '../policy/context.ts'

const a = { name: 'a', description: 'Does a.', inputSchema: { type: 'object' } }
const changed = { ...a, description: 'Does a and more.' }
let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pins-'))
  path = join(folder, 'tools.lock.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const shown = async (tools: readonly unknown[], options = {}) => {
  const verdict = await definitionsGuard({ pins: filePins(path, options) }).onReply?.(replyOf({ tools }), contextOf())
  return (verdict as { value?: { result: { tools: unknown[] } } } | undefined)?.value?.result.tools ?? tools
}

it('pins in a file survive a restart, and leave nothing else behind', async () => {
  expect(await shown([a])).toEqual([a])
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ version: 1, complete: false, tools: (await createLock([a])).tools })
  expect(await shown([changed])).toEqual([])
  expect(await readdir(folder)).toEqual(['tools.lock.json'])
})

it('a reviewed lock is never written', async () => {
  const text = formatLock(await createLock([a]))
  await writeFile(path, text)
  expect(await shown([a, { ...a, name: 'b' }], { readOnly: true })).toEqual([a])
  expect(await readFile(path, 'utf8')).toBe(text)
})

it('a torn file fails closed and stays as it is', async () => {
  await writeFile(path, '{"version":1,"compl')
  expect(await shown([a])).toEqual([])
  expect(await readFile(path, 'utf8')).toBe('{"version":1,"compl')
})

it('of two writers one wins and the other sees it', async () => {
  const [first, second] = [filePins(path), filePins(path)]
  const outcomes = await Promise.all([first.write?.(undefined, 'one'), second.write?.(undefined, 'two')])
  expect(outcomes.filter(Boolean)).toHaveLength(1)
  expect(await first.write?.(undefined, 'three')).toBe(false)
})
