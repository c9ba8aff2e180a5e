import { describe, expect, it } from 'vitest'
import type { Guard } from '../../../src/core/guard.ts'
import type { Principal } from '../../../src/core/principal.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import { type ToolsOptions, toolsGuard } from '../../../src/guards/tools.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { callOf, contextOf, messageOf, principalOf, replyOf } from '../policy/context.ts'

async function codeOf(guard: Guard, message: ReturnType<typeof messageOf>, principal?: Principal): Promise<string | undefined> {
  const verdict = (await guard.onMessage?.(message, contextOf({ principal }))) as Verdict | undefined
  return verdict?.action === 'deny' ? verdict.denial.code : undefined
}

const call = (options: ToolsOptions, name: unknown, principal?: Principal, args?: unknown) =>
  codeOf(toolsGuard(options), callOf(name, args), principal)

describe('lists of tools', () => {
  const design: ToolsOptions = { allow: ['search', 'read_*'], deny: ['file_access'], scopes: { api_call: ['api'] } }

  it.each([
    ['search', undefined, undefined],
    ['read_file', undefined, undefined],
    ['file_access', undefined, 'tool_denied'],
    ['other', undefined, 'tool_denied'],
    ['api_call', undefined, 'identity_required'],
    ['api_call', principalOf(), 'scope_insufficient'],
    ['api_call', principalOf({ scopes: ['apix', 'API'] }), 'scope_insufficient'],
    ['api_call', principalOf({ scopes: ['api'] }), undefined],
  ])('decides %s', async (name, principal, code) => {
    expect(await call(design, name, principal)).toBe(code)
  })

  it('challenges with every scope of the operation', async () => {
    const guard = toolsGuard({ scopes: { 'admin_*': ['admin', 'write'], admin_drop: 'drop' } })
    const verdict = (await guard.onMessage?.(callOf('admin_drop'), contextOf({ principal: principalOf({ scopes: ['admin'] }) }))) as Verdict
    expect(verdict).toMatchObject({
      denial: {
        code: 'scope_insufficient',
        headers: { 'www-authenticate': expect.stringMatching(/^Bearer .*scope="drop admin write".*error="insufficient_scope"/) },
      },
    })
  })

  it('does not tell which scope would open what is denied anyway', async () => {
    expect(await call({ scopes: { x: ['s'] }, deny: ['x'] }, 'x', principalOf())).toBe('tool_denied')
  })

  it.each([
    [{ allow: [] }, 'tool_denied'],
    [{ deny: ['y'] }, undefined],
    [{ deny: ['y'], scopes: { z: 'z' } }, 'tool_denied'],
    [{ roles: { z: 'z' } }, 'tool_denied'],
    [{}, undefined],
  ] as [ToolsOptions, string | undefined][])('with %j an unnamed tool gives %s', async (options, code) => {
    expect(await call(options, 'x')).toBe(code)
  })

  it('takes any one of the roles', async () => {
    const options: ToolsOptions = { roles: { deploy: ['ops', 'admin'] } }
    expect(await call(options, 'deploy', principalOf({ attributes: { roles: ['dev', 'ops'] } }))).toBeUndefined()
    expect(await call(options, 'deploy', principalOf({ attributes: { role: 'admin' } }))).toBeUndefined()
    expect(await call(options, 'deploy', principalOf({ attributes: { roles: 'dev ops' } }))).toBe('tool_denied')
    expect(await call(options, 'deploy')).toBe('identity_required')
  })

  it('does not let attributes shadow verified scopes', async () => {
    expect(await call({ scopes: { x: 's' } }, 'x', principalOf({ attributes: { scopes: ['s'] } }))).toBe('scope_insufficient')
  })
})

describe('names', () => {
  const variants = [
    'Search',
    'search ',
    ' search',
    'search\u0000',
    'se\u200barch',
    '\uff53earch',
    's\u0435arch',
    'search%00',
    'search\n',
    'sear\u00adch',
  ]
  it.each(variants)('%j is not the allowed tool search', async (name) => {
    expect(await call({ allow: ['search'] }, name)).toBe('tool_denied')
  })

  it.each(['read_\u200bfile', 'read_file\u0000', 'read_file ', 'read_\uff46ile', 'read_\u202efile', 'read_\u{e0041}'])(
    'no wildcard admits %j',
    async (name) => {
      expect(await call({ allow: ['read_*'] }, name)).toBe('tool_denied')
    },
  )

  it.each(['File_Access', 'FILE_ACCESS', 'file_access ', 'file\u200b_access', '\uff46ile_access'])(
    '%j does not slip past a deny of file_access',
    async (name) => {
      expect(await call({ deny: ['file_access'] }, name)).toBe('tool_denied')
    },
  )

  it.each([['constructor'], ['__proto__'], ['toString'], ['hasOwnProperty']])('%s is a name like any other', async (name) => {
    expect(await call({ allow: ['search'] }, name)).toBe('tool_denied')
    expect(await call({ allow: [name] }, name)).toBeUndefined()
  })

  it.each([[['search']], [{ toString: 'search' }], [1], [null], [undefined], ['']])('a name that is %j is refused', async (name) => {
    expect(await call({ allow: ['*'] }, name)).toBe('tool_denied')
  })
})

describe('other operations follow the same rules', () => {
  const guard = toolsGuard({ allow: ['search', 'prompt:greet', 'resource:file:///docs/*'] })
  const ask = (method: string, params: unknown) => codeOf(guard, messageOf({ jsonrpc: '2.0', id: 1, method, params }))

  it.each([
    ['prompts/get', { name: 'greet' }, undefined],
    ['prompts/get', { name: 'secret' }, 'tool_denied'],
    ['tools/call', { name: 'greet' }, 'tool_denied'],
    ['resources/read', { uri: 'file:///docs/a.md' }, undefined],
    ['resources/read', { uri: 'file:///etc/passwd' }, 'tool_denied'],
    ['resources/read', { uri: 'file:///docs/../etc/passwd' }, 'tool_denied'],
    ['resources/read', { uri: 'file:///docs/%2e%2e/etc/passwd' }, 'tool_denied'],
    ['resources/read', { uri: 'file:///docs/%252e%252e%252fetc/passwd' }, 'tool_denied'],
    ['resources/read', { uri: 'file:///docs/..\\etc' }, 'tool_denied'],
    ['resources/subscribe', { uri: 'file:///secret' }, 'tool_denied'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' } }, undefined],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'secret' } }, 'tool_denied'],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'file:///{x}' } }, 'tool_denied'],
    ['completion/complete', {}, 'tool_denied'],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: ['file:///docs/a', 'file:///secret'] } }, 'tool_denied'],
    ['subscriptions/listen', { notifications: { toolsListChanged: true } }, undefined],
    ['initialize', {}, undefined],
    ['tools/list', {}, undefined],
  ])('%s %j', async (method, params, code) => {
    expect(await ask(method, params)).toBe(code)
  })

  it('judges a call in the form of a notification', async () => {
    const message = messageOf({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'x' } }, { kind: 'notification' })
    expect(await codeOf(guard, message)).toBe('tool_denied')
  })
})

describe('lists in replies', () => {
  const tool = (name: string) => ({ name, inputSchema: { type: 'object' } })
  const options: ToolsOptions = { allow: ['a', 'c'], scopes: { d: 'd' } }
  const filtered = async (result: unknown, facts = {}, more = {}) =>
    (await toolsGuard(options).onReply?.(replyOf(result, more), contextOf(facts))) as Verdict | undefined

  it('keep order, cursor and unknown members', async () => {
    const verdict = await filtered({ tools: ['c', 'x', 'a', 'd'].map(tool), nextCursor: 'n', _meta: { k: 1 } })
    expect(verdict).toEqual({
      action: 'rewrite',
      value: { jsonrpc: '2.0', id: 1, result: { tools: [tool('c'), tool('a')], nextCursor: 'n', _meta: { k: 1 } } },
    })
  })

  it('depend on who asks', async () => {
    const verdict = await filtered({ tools: [tool('d'), tool('x')] }, { principal: principalOf({ scopes: ['d'] }) })
    expect(verdict).toMatchObject({ value: { result: { tools: [tool('d')] } } })
  })

  it('are left byte for byte alone when nothing is hidden in the legacy era', async () => {
    expect(await filtered({ tools: [tool('a'), tool('c')] })).toBeUndefined()
  })

  it('become private and short-lived in the modern era, whether or not something was hidden', async () => {
    const result = { tools: [tool('a')], ttlMs: 3_600_000, cacheScope: 'public', resultType: 'complete' }
    const verdict = await filtered(result, { era: 'modern' })
    expect(verdict).toMatchObject({
      value: { result: { tools: [tool('a')], ttlMs: 60_000, cacheScope: 'private', resultType: 'complete' } },
    })
    expect(await filtered({ ...result, ttlMs: 5, cacheScope: 'private' }, { era: 'modern' })).toBeUndefined()
  })

  it('of prompts, resources and templates are filtered too', async () => {
    const guard = toolsGuard({ allow: ['prompt:p', 'resource:r:*'] })
    const see = async (result: unknown) =>
      (await guard.onReply?.(replyOf(result), contextOf())) as unknown as { value: { result: unknown } }
    expect((await see({ prompts: [{ name: 'p' }, { name: 'q' }] })).value.result).toEqual({ prompts: [{ name: 'p' }] })
    expect(
      (
        await see({
          resources: [
            { uri: 's:1', name: 's' },
            { uri: 'r:1', name: 'r' },
          ],
        })
      ).value.result,
    ).toEqual({ resources: [{ uri: 'r:1', name: 'r' }] })
    expect((await see({ resourceTemplates: [{ uriTemplate: 'x:{y}', name: 'x' }] })).value.result).toEqual({ resourceTemplates: [] })
  })

  it('are not mistaken for a result that has other things under that name', async () => {
    expect(await filtered({ tools: ['hammer'] })).toBeUndefined()
    expect(await filtered({ content: [], structuredContent: { tools: [tool('x')] } })).toBeUndefined()
  })

  it('drop an item without a name when the method is known', async () => {
    expect(await filtered({ tools: [{}, tool('a')] }, {}, { method: 'tools/list' })).toMatchObject({
      value: { result: { tools: [tool('a')] } },
    })
  })
})

describe('arguments', () => {
  it('are checked against a JSON Schema given by tool', async () => {
    const guard = toolsGuard({
      schemas: { add: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'], additionalProperties: false } },
    })
    expect(await codeOf(guard, callOf('add', { a: 1 }))).toBeUndefined()
    const verdict = (await guard.onMessage?.(callOf('add', { a: 'x', b: 2 }), contextOf())) as Verdict
    expect(verdict).toMatchObject({
      denial: {
        code: 'schema_invalid',
        data: { errors: [{ path: '/a', message: 'has the wrong type' }, { message: 'has a member that is not allowed' }] },
      },
    })
    expect(await codeOf(guard, callOf('add'))).toBe('schema_invalid')
    expect(await codeOf(guard, callOf('other', { z: 1 }))).toBeUndefined()
  })

  it('are checked against schemas learnt from a list that passed, per principal', async () => {
    const guard = toolsGuard({ schemas: 'learn' })
    const tools = [{ name: 'add', inputSchema: { type: 'object', properties: { a: { type: 'number' } } } }]
    const alice = contextOf({ principal: principalOf() })
    expect(await codeOf(guard, callOf('add', { a: 'x' }), principalOf())).toBeUndefined()
    await guard.onReply?.(replyOf({ tools }), alice)
    expect(await codeOf(guard, callOf('add', { a: 'x' }), principalOf())).toBe('schema_invalid')
    expect(await codeOf(guard, callOf('add', { a: 'x' }), principalOf({ id: 'bob' }))).toBeUndefined()
  })

  it('that are no object are refused', async () => {
    expect(await call({ allow: ['*'] }, 'x', undefined, ['a'])).toBe('tool_denied')
    expect(await call({ allow: ['*'] }, 'x', undefined, 'a')).toBe('tool_denied')
  })
})

describe('a mistake in the options', () => {
  it.each([
    [{ allow: 'search' }, 'tools.allow'],
    [{ allow: ['a', 3] }, 'tools.allow[1]'],
    [{ scopes: ['a'] }, 'tools.scopes'],
    [{ scopes: { a: ['two words'] } }, 'tools.scopes["a"]'],
    [{ policy: { Version: '2025-05-16', Statement: [] } }, 'tools.policy'],
    [{ denyAs: 'shout' }, 'tools.denyAs'],
    [{ args: { path: 'x' } }, 'tools.args.path'],
    [{ schemas: { a: 1 } }, 'tools.schemas.a'],
    [{ alow: ['x'] }, 'tools.alow'],
    [{ scopes: { a: undefined } }, 'tools.scopes["a"]'],
  ])('%j is found at construction', (options, path) => {
    expect(() => toolsGuard(options as unknown as ToolsOptions)).toThrowError(expect.objectContaining({ name: 'SafeMcpConfigError', path }))
  })
})

describe('tasks', () => {
  const alice = principalOf({ scopes: ['s'] })
  const bob = principalOf({ id: 'bob', scopes: ['s'] })
  const ask = (method: string, taskId: unknown) => messageOf({ jsonrpc: '2.0', id: 1, method, params: { taskId } })
  const store = () => memoryStore()

  it.each([
    ['in this process', undefined],
    ['in a store', store()],
  ])('are only for who started them, noted %s', async (_where, kept) => {
    const guard = toolsGuard({ scopes: { slow: ['s'] }, store: kept })
    await guard.onReply?.(replyOf({ task: { taskId: 't-1', status: 'working' } }, { tool: 'slow' }), contextOf({ principal: alice }))
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/update']) {
      expect(await codeOf(guard, ask(method, 't-1'), alice)).toBeUndefined()
      expect(await codeOf(guard, ask(method, 't-1'), bob)).toBe('tool_denied')
      expect(await codeOf(guard, ask(method, 't-1'))).toBe('tool_denied')
      expect(await codeOf(guard, ask(method, 't-2'), alice)).toBe('tool_denied')
      expect(await codeOf(guard, ask(method, ['t-1']), alice)).toBe('tool_denied')
    }
  })

  it('are closed again when the tool is', async () => {
    const guard = toolsGuard({ scopes: { slow: ['s'] } })
    await guard.onReply?.(replyOf({ resultType: 'task', taskId: 't-1' }, { tool: 'slow' }), contextOf({ principal: alice }))
    expect(await codeOf(guard, ask('tasks/get', 't-1'), principalOf({ scopes: [] }))).toBe('scope_insufficient')
  })

  it('of others are taken out of lists', async () => {
    const guard = toolsGuard({ allow: ['*'] })
    await guard.onReply?.(replyOf({ task: { taskId: 'a' } }), contextOf({ principal: alice }))
    await guard.onReply?.(replyOf({ task: { taskId: 'b' } }), contextOf({ principal: bob }))
    const seen = await guard.onReply?.(
      replyOf({ tasks: [{ taskId: 'a' }, { taskId: 'b' }, { taskId: 'c' }], nextCursor: 'n' }),
      contextOf({ principal: bob }),
    )
    expect(seen).toMatchObject({ value: { result: { tasks: [{ taskId: 'b' }], nextCursor: 'n' } } })
  })
})
