import { describe, expect, it } from 'vitest'
import type { GuardContext } from '../../../src/core/context.ts'
import type { Guard } from '../../../src/core/guard.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import { toolGuard } from '../../../src/guards/tool.ts'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { callOf, contextOf, plainOf, principalOf, replyOf } from '../policy/context.ts'

const codeOf = (verdict: unknown) =>
  (verdict as Verdict | undefined)?.action === 'deny' ? (verdict as { denial: { code: string } }).denial.code : undefined

async function run(guard: Guard, ctx: GuardContext, message?: Message): Promise<string | undefined> {
  const early = codeOf(await guard.onRequest?.(ctx))
  return early ?? (message === undefined ? undefined : codeOf(await guard.onMessage?.(message, ctx)))
}

/** A context in which an outer `safeMcp({ tools })` ran first. */
async function behind(outer: Guard, ctx: GuardContext): Promise<GuardContext> {
  await outer.onRequest?.(ctx)
  return ctx
}

describe('a plain route that is a tool', () => {
  it('needs an identity when there is no policy, and allows', async () => {
    expect(await run(toolGuard('x'), contextOf(), plainOf({}))).toBe('identity_required')
    expect(await run(toolGuard('x'), contextOf({ principal: principalOf() }), plainOf({}))).toBeUndefined()
  })

  it('is under the policy of the outer guard', async () => {
    const outer = toolsGuard({ allow: ['web_search'], deny: ['file_access'] })
    expect(await run(toolGuard('web_search'), await behind(outer, contextOf()), plainOf({}))).toBeUndefined()
    expect(await run(toolGuard('file_access'), await behind(outer, contextOf()), plainOf({}))).toBe('tool_denied')
    expect(await run(toolGuard('unnamed'), await behind(outer, contextOf()), plainOf({}))).toBe('tool_denied')
  })

  it('is only watched where the outer policy only watches', async () => {
    const ctx = await behind(toolsGuard({ deny: ['x'], mode: 'monitor' }), contextOf())
    expect(await run(toolGuard('x'), ctx, plainOf({}))).toBeUndefined()
    expect(ctx.findings).toContainEqual({ rule: 'policy/would-deny:tool_denied', severity: 'info' })
  })

  it('is refused before its body is read', async () => {
    const ctx = await behind(toolsGuard({ allow: [] }), contextOf())
    expect(codeOf(await toolGuard('x').onRequest?.(ctx))).toBe('tool_denied')
  })

  it('is under its own policy as well: both must allow', async () => {
    const inner = toolGuard('x', { scopes: { x: 's' } })
    const ctx = (scopes: string[]) => contextOf({ principal: principalOf({ scopes }) })
    expect(await run(inner, ctx([]), plainOf({}))).toBe('scope_insufficient')
    expect(await run(inner, ctx(['s']), plainOf({}))).toBeUndefined()
    expect(await run(inner, await behind(toolsGuard({ deny: ['x'] }), ctx(['s'])), plainOf({}))).toBe('tool_denied')
  })

  it('reads the tool from the message, and a message that names none is no call', async () => {
    const guard = toolGuard((message) => (message.value as { tool?: string }).tool)
    const outer = toolsGuard({ allow: ['search'] })
    expect(await run(guard, await behind(outer, contextOf()), plainOf({ tool: 'search' }))).toBeUndefined()
    expect(await run(guard, await behind(outer, contextOf()), plainOf({ tool: 'delete' }))).toBe('tool_denied')
    expect(await run(guard, await behind(outer, contextOf()), plainOf({}))).toBeUndefined()
  })

  it('takes arguments from the body, and from the query where there is none', async () => {
    const tooMuch = {
      kind: 'number',
      check: (value: unknown) => (Number(value) > 5 ? { rule: 'number/too-large', severity: 'high' as const } : undefined),
    }
    const guard = toolGuard('pay', { args: { amount: tooMuch } })
    const ctx = () => contextOf({ headers: [['content-length', '9']] })
    expect(await run(guard, ctx(), plainOf({ amount: 9 }))).toBe('tool_denied')
    expect(await run(guard, ctx(), plainOf({ amount: 4 }))).toBeUndefined()
    const none = plainOf(undefined)
    const get = (query: string) => ({ ...contextOf({ method: 'GET', query }), mcp: undefined })
    expect(await run(guard, get('amount=9'), none)).toBe('tool_denied')
    expect(await run(guard, get('amount=3'), none)).toBeUndefined()
    const upload = contextOf({ headers: [['content-type', 'multipart/form-data; boundary=x']] })
    expect(await run(guard, { ...upload, mcp: undefined }, none)).toBe('media_type_unsupported')
  })
})

describe('on an MCP route', () => {
  it('a name means that only this tool may be called there, and is listed', async () => {
    const ctx = contextOf({ principal: principalOf() })
    expect(await run(toolGuard('x'), ctx, callOf('x'))).toBeUndefined()
    expect(await run(toolGuard('x'), ctx, callOf('y'))).toBe('tool_denied')
    const tools = ['x', 'y'].map((name) => ({ name, inputSchema: {} }))
    expect(await toolGuard('x').onReply?.(replyOf({ tools }), ctx)).toMatchObject({ value: { result: { tools: [tools[0]] } } })
  })

  it('options without a name apply to every call and list', async () => {
    const guard = toolGuard({ deny: ['y'] })
    expect(await run(guard, contextOf(), callOf('x'))).toBeUndefined()
    expect(await run(guard, contextOf(), callOf('y'))).toBe('tool_denied')
  })
})

it('a mistake in the name is found at construction', () => {
  expect(() => toolGuard('')).toThrowError(expect.objectContaining({ name: 'SafeMcpConfigError' }))
  expect(() => toolGuard(undefined as never)).not.toThrow()
})
