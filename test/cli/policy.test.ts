import { describe, expect, it } from 'vitest'
import { file, run } from './run.ts'

const policy = { allow: ['search', 'read_*'], deny: ['read_secrets'] }
const tests = [
  { name: 'anybody searches', action: 'search', expected: 'allow' },
  { name: 'nobody reads secrets', action: 'read_secrets', expected: 'deny' },
]

describe('policy test', () => {
  it('passes what holds', async () => {
    const { code, out } = await run(['policy', 'test', file('good.json', JSON.stringify({ policy, tests }))])
    expect(code).toBe(0)
    expect(out).toContain('ok   anybody searches: allow')
    expect(out).toContain('2 tests, 2 passed, 0 failed')
  })

  it('fails what does not, and tells what was considered', async () => {
    const wrong = [...tests, { name: 'all may write', action: 'write', expected: 'allow' }]
    const path = file('wrong.mjs', `export default ${JSON.stringify({ policy, tests: wrong })}`)
    const { code, out } = await run(['policy', 'test', path])
    expect(code).toBe(1)
    expect(out).toContain('FAIL all may write: expected allow, got deny')
    const json = await run(['policy', 'test', path, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ passed: 2, failed: 1 })
  })

  it.each([
    ['a file that is not there', undefined],
    ['no JSON', '{'],
    ['no tests', JSON.stringify({ policy, tests: [] })],
    ['a policy that cannot be meant', JSON.stringify({ policy: { alow: [] }, tests })],
  ])('cannot run %s', async (_, text) => {
    const path = text === undefined ? 'missing.json' : file('broken.json', text)
    expect(await run(['policy', 'test', path])).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/^safe-mcp policy: .+\n$/) })
  })
})
