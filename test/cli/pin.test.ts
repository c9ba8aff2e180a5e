import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseLock } from 'safe-mcp/definitions'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from './run.ts'
import { type DemoServer, startDemo } from './servers.ts'

describe('pin', () => {
  let demo: DemoServer
  let cwd: string
  beforeAll(async () => {
    demo = await startDemo()
  })
  afterAll(() => demo.close())
  beforeEach(() => {
    demo.describe('Says it again.')
    cwd = mkdtempSync(join(tmpdir(), 'safe-mcp-pin-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))

  const pin = (...args: readonly string[]) => run(['pin', ...args], { cwd })
  const lock = () => parseLock(readFileSync(join(cwd, 'mcp-tools.lock.json'), 'utf8'))

  it('creates a lock, finds nothing to complain about, and sees a change', async () => {
    const url = demo.url('clean')
    expect(await pin('create', url)).toMatchObject({ code: 0, out: expect.stringContaining('added  echo') })
    expect(lock()).toMatchObject({ complete: true, tools: { echo: expect.stringMatching(/^sha256:/) }, instructions: expect.any(String) })
    expect(await pin('diff', url)).toMatchObject({ code: 0, out: expect.stringContaining('1 tool, as approved.') })

    demo.describe('Says it again, and writes it down.')
    const changed = await pin('diff', url, '--json')
    expect(changed.code).toBe(1)
    expect(JSON.parse(changed.out)).toMatchObject({ added: [], changed: ['echo'], removed: [], instructionsChanged: false })

    expect((await pin('approve', url, 'echo')).code).toBe(0)
    expect((await pin('diff', url)).code).toBe(0)
  })

  it('never overwrites a lock', async () => {
    await pin('create', demo.url('clean'))
    const before = lock()
    demo.describe('Another text.')
    expect(await pin('create', demo.url('clean'))).toMatchObject({ code: 3 })
    expect(lock()).toEqual(before)
  })

  it('does not take a server that shows nothing for one that has nothing', async () => {
    // A guard whose lock is still missing withholds every tool.
    expect(await pin('create', demo.url('bare'))).toMatchObject({ code: 3, err: expect.stringContaining('shows no tools') })
    expect(existsSync(join(cwd, 'mcp-tools.lock.json'))).toBe(false)
  })

  it('does not pin what is poisoned, unless one insists', async () => {
    const refused = await pin('create', demo.url('modern'))
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('tools add /description')
    expect(existsSync(join(cwd, 'mcp-tools.lock.json'))).toBe(false)
    expect((await pin('create', demo.url('modern'), '--accept-findings')).code).toBe(0)
    expect(Object.keys(lock().tools).sort()).toEqual(['add', 'echo'])
  })

  it('approves only the tools that are named', async () => {
    await pin('create', demo.url('clean'))
    const before = lock()
    demo.describe('Changed.')
    expect((await pin('approve', demo.url('modern'), 'add', '--accept-findings')).code).toBe(0)
    expect(lock().tools).toEqual({ ...before.tools, add: expect.any(String) })
    expect(await pin('approve', demo.url('modern'), 'nobody')).toMatchObject({ code: 3, err: expect.stringContaining('nobody') })
  })

  it('says with 3 that there is no lock, no server, or that the lock is broken', async () => {
    expect((await pin('diff', demo.url('clean'))).code).toBe(3)
    expect((await pin('create', 'http://127.0.0.1:1/mcp')).code).toBe(3)
  })
})
