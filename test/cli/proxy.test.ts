import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectV2 } from '../../examples/_lib/clients.ts'
import { file, run } from './run.ts'
import { type DemoServer, startDemo } from './servers.ts'

describe('proxy', () => {
  let demo: DemoServer
  beforeAll(async () => {
    demo = await startDemo()
  })
  afterAll(() => demo.close())

  it('guards a server for an official client until it is told to stop', async () => {
    const main = join(import.meta.dirname, '../../adapters/cli/main.ts')
    const config = file('proxy.config.mjs', `export default (env) => ({ tools: { allow: [env.ALLOWED] } })`)
    const args = ['--import', 'tsx', main, 'proxy', '--target', demo.url('modern'), '--port', '0', '--config', config]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ALLOWED: 'echo' } })
    try {
      let said = ''
      child.stderr.on('data', (chunk) => {
        said += chunk
      })
      for (let i = 0; i < 100 && !/guarding .+ at (\S+)/.test(said); i++) await new Promise((resolve) => setTimeout(resolve, 100))
      const url = /guarding .+ at (\S+)/.exec(said)?.[1]
      const client = await connectV2(new URL(url as string), 'unused')
      expect(await client.toolNames()).toEqual(['echo'])
      expect((await client.call('echo', { word: 'hello' })).text).toBe('hello')
      expect((await client.call('add', {})).isError).toBe(true)
      await client.close()
      child.kill('SIGTERM')
      const [code] = await once(child, 'exit')
      expect(code).toBe(0)
      expect(said).toContain('stopping')
    } finally {
      child.kill('SIGKILL')
    }
  }, 40_000)

  it('warns of what is dangerous before it listens', async () => {
    const stop = new AbortController()
    const ran = run(['proxy', '--target', demo.url('clean'), '--host', '0.0.0.0', '--port', '0'], { signal: stop.signal })
    stop.abort()
    const { code, err } = await ran
    expect(code).toBe(0)
    expect(err).toMatch(/^WARNING identity: /m)
    expect(err).toMatch(/^WARNING origin\.hosts: /m)
  })

  it('cannot start without a target, with nonsense, or on a port that is taken', async () => {
    expect((await run(['proxy'])).code).toBe(2)
    expect((await run(['proxy', '--target', 'http://user:secret@host/'])).code).toBe(2)
    expect((await run(['proxy', '--target', demo.url('clean'), '--port', '70000'])).code).toBe(2)
    const taken = new URL(demo.url('clean')).port
    expect(await run(['proxy', '--target', demo.url('clean'), '--port', taken])).toMatchObject({
      code: 3,
      err: expect.stringContaining('cannot listen'),
    })
  })
})
