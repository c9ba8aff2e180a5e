import { createSafeMcp, defineGuard, relax, SafeMcpConfigError, type SafeMcpOptions } from 'safe-mcp'
import { describe, expect, it } from 'vitest'

const thrown = (options: unknown): SafeMcpConfigError => {
  try {
    createSafeMcp(options as SafeMcpOptions)
  } catch (error) {
    return error as SafeMcpConfigError
  }
  throw new Error(`accepted ${JSON.stringify(options)}`)
}

describe('options', () => {
  it('may be left out: the guards that are on, in their order', () => {
    expect(createSafeMcp().guards).toEqual(['audit', 'limits', 'origin', 'protocol', 'input', 'definitions', 'output'])
  })

  it('put the application\u2019s own guards after tools and before output', () => {
    const own = defineGuard({ name: 'mine' })
    expect(createSafeMcp({ guards: [own], tools: { deny: ['x'] }, rate: { limit: 10 } }).guards).toEqual([
      'audit',
      'limits',
      'origin',
      'protocol',
      'rate',
      'input',
      'tools',
      'definitions',
      'mine',
      'output',
    ])
  })

  it('switch guards off', () => {
    expect(
      createSafeMcp({ audit: false, limits: false, origin: false, protocol: false, input: false, definitions: false, output: false })
        .guards,
    ).toEqual([])
  })

  it.each<[unknown, string, string | undefined]>([
    [{ mod: 'strict' }, 'mod', 'mode'],
    [{ mode: 'strickt' }, 'mode', 'strict'],
    [{ limits: { maxbytes: 1 } }, 'limits.maxbytes', 'maxBytes'],
    [{ limits: { maxBytes: '1mb' } }, 'limits.maxBytes', undefined],
    [{ limits: { maxBytes: Number.NaN } }, 'limits.maxBytes', undefined],
    [{ limits: { maxBytes: -1 } }, 'limits.maxBytes', undefined],
    [{ limits: { maxBytes: Number.POSITIVE_INFINITY } }, 'limits.maxBytes', undefined],
    [{ limits: { maxDepth: 0 } }, 'limits.maxDepth', undefined],
    [{ origin: { hosts: ['http://x/y'] } }, 'origin.hosts[0]', undefined],
    [{ origin: { origins: ['example.com'] } }, 'origin.origins[0]', undefined],
    [{ protocol: { unknownMethods: 'allow' } }, 'protocol.unknownMethods', undefined],
    [{ tools: { alow: ['x'] } }, 'tools.alow', 'allow'],
    [{ output: { pi: [] } }, 'output.pi', 'pii'],
    [{ input: { sensitivty: 'low' } }, 'input.sensitivty', 'sensitivity'],
    [{ guards: [{}] }, 'guards[0]', 'not a guard'],
    [{ skip: '/health' }, 'skip', undefined],
    [{ mcp: { path: ['/mcp'] } }, 'mcp.path', 'paths'],
    [[], '', undefined],
    ['strict', '', undefined],
  ])('%j is refused at construction, with its path and a hint', (options, path, hint) => {
    const error = thrown(options)
    expect(error).toBeInstanceOf(SafeMcpConfigError)
    expect(error.path).toBe(path)
    if (hint !== undefined) expect(error.message).toContain(hint)
    expect(error.message).toContain('docs/errors.md#')
  })

  it('are read, never written', () => {
    const options = Object.freeze({
      mode: 'strict',
      limits: Object.freeze({ maxBytes: 10 }),
      mcp: Object.freeze({ paths: Object.freeze(['/mcp']) }),
    }) as SafeMcpOptions
    createSafeMcp(options)
    expect(options).toEqual({ mode: 'strict', limits: { maxBytes: 10 }, mcp: { paths: ['/mcp'] } })
  })

  it('of relax only switch off', () => {
    expect(() => relax({ output: true as never })).toThrow(SafeMcpConfigError)
    expect(() => relax({ identity: false } as never)).toThrow(SafeMcpConfigError)
  })
})
