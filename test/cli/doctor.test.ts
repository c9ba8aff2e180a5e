import { describe, expect, it } from 'vitest'
import { file, run } from './run.ts'

const doctor = async (config: string | undefined, ...args: readonly string[]) =>
  run(['doctor', ...(config === undefined ? [] : ['--config', file(`doctor-${crypto.randomUUID()}.mjs`, config)]), ...args])

describe('doctor', () => {
  it('tells the defaults, in the order guards run, when there is no configuration', async () => {
    const { code, out } = await doctor(undefined, '--host', '127.0.0.1')
    expect(code).toBe(0)
    const order = [...out.matchAll(/^ {2}\d+\. +(\S+)/gm)].map(([, name]) => name)
    expect(order).toEqual(['audit', 'limits', 'origin', 'protocol', 'input', 'definitions', 'output'])
    expect(out).toContain('Off: identity, rate, tools.')
    expect(out).toContain('Mode: normal (default)')
    expect(out).not.toContain('WARNING')
  })

  it('warns of a public bind without identity and host names', async () => {
    const { code, out } = await doctor(undefined)
    expect(code).toBe(1)
    expect(out).toMatch(/^WARNING identity: /m)
    expect(out).toMatch(/^WARNING origin\.hosts: /m)
  })

  it.each([
    ['mode', `{ mode: 'monitor' }`, []],
    ['origin', '{ origin: false }', []],
    ['output', '{ output: false }', []],
    ['audit', '{ audit: false }', []],
    ['exposeFindings', '{ exposeFindings: true }', []],
    ['store', '{ rate: { limit: 10 } }', ['--replicas', '3']],
  ] as const)('warns of %s', async (about, options, args) => {
    const { code, out } = await doctor(`export default ${options}`, '--host', 'localhost', ...args)
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`^WARNING ${about}: `, 'm'))
  })

  it('is content with a good configuration, a function of the environment at that', async () => {
    const config = `
      export default (env) => ({
        mode: 'strict',
        identity: { resource: 'https://mcp.example.com/mcp', verifiers: [{ name: 'mine', recognises: () => false, verify: () => ({}) }] },
        origin: { hosts: ['mcp.example.com'] },
        tools: { allow: ['search'] },
        rate: { limit: 100 },
        store: { shared: true, get() {}, set() {}, increment() {}, compareAndSet() {}, delete() {} },
      })`
    const { code, out } = await doctor(config, '--replicas', '3', '--json')
    const report = JSON.parse(out) as { guards: string[]; remarks: { level: string }[]; mode: string }
    expect(report.mode).toBe('strict')
    expect(report.remarks.filter(({ level }) => level === 'warning')).toEqual([])
    expect(report.guards).toContain('identity')
    expect(code).toBe(0)
  })

  it('tells what was set, and repeats no key', async () => {
    const config = `
      const verifier = { name: 'mine', secret: 'do-not-repeat', recognises: () => false, verify: () => ({}) }
      export default {
        limits: { maxBytes: 5242880 },
        identity: { verifiers: [verifier] },
        tools: { allow: ['search', 'read_*'] },
      }`
    const { out } = await doctor(config, '--host', '127.0.0.1')
    expect(out).toContain('(maxBytes 5242880)')
    expect(out).toContain('(verifiers mine)')
    expect(out).toContain('(allow search, read_*)')
    expect(out).not.toContain('do-not-repeat')
  })

  it('tells which option is refused, and what was meant', async () => {
    const { code, out } = await doctor(`export default { outptu: {} }`)
    expect(code).toBe(1)
    expect(out).toMatch(/refused: .*outptu.*output/)
  })

  it.each([
    ['throws', `throw new Error('no key')`, '.mjs:1: no key'],
    ['throws later', `export default (env) =>\n  JSON.parse(env.NO_SUCH)`, '.mjs:2: "undefined" is not valid JSON'],
    ['exports nothing', 'export const x = 1', 'must export options'],
    ['exports nonsense', 'export default 7', 'must export options'],
  ])('cannot load a configuration that %s', async (_, config, words) => {
    expect(await doctor(config)).toMatchObject({ code: 3, err: expect.stringContaining(words) })
  })
})
