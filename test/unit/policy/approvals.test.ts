import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/core/principal.ts'
import { toolGuard } from '../../../src/guards/tool.ts'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { type Approvals, createApprovals, oiap } from '../../../src/policy/index.ts'
import { memoryStore, type Store } from '../../../src/store/index.ts'
import { callOf, contextOf, plainOf, principalOf, replyOf } from './context.ts'

const secret = 'correct horse battery staple, and then some'
const now = 1_700_000_000_000
const clock = { now: () => now }
/** What two processes see of one store behind both. */
const shared = (): Store => Object.assign(memoryStore({ clock }), { shared: true as const })
const alice = principalOf()
const args = { to: 'acme', amount: 900 }

function guardOf(approvals: Approvals | undefined) {
  return toolsGuard({ allow: ['transfer', 'pay', 'look'], requireApproval: ['transfer', 'pay'], approvals })
}

async function call(
  guard: ReturnType<typeof toolsGuard>,
  token: unknown,
  given: unknown = args,
  name = 'transfer',
  principal: Principal | undefined = alice,
) {
  const message = callOf(name, given, token === undefined ? {} : { _meta: { 'safe-mcp/approval': token } })
  return ((await guard.onMessage?.(message, contextOf({ principal }))) as { denial?: { code: string } } | undefined)?.denial?.code
}

describe('an approval', () => {
  const make = (store = shared()) => createApprovals({ key: secret, store, clock })
  const grant = { principal: alice.id, tool: 'transfer', arguments: args }

  it('lets exactly one call through', async () => {
    const approvals = make()
    const guard = guardOf(approvals)
    const token = await approvals.issue(grant)
    expect(await call(guard, token)).toBeUndefined()
    expect(await call(guard, token)).toBe('approval_required')
  })

  it('used in one process is used in all', async () => {
    const store = shared()
    const token = await make(store).issue(grant)
    const codes = await Promise.all([make(store), make(store), make(store)].map((approvals) => call(guardOf(approvals), token)))
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
  })

  it('with a store of its own holds only where it was issued', async () => {
    const store = memoryStore({ clock })
    const approvals = make(store)
    const token = await approvals.issue(grant)
    expect(await call(guardOf(make(memoryStore({ clock }))), token)).toBe('approval_required')
    expect(await call(guardOf(approvals), token)).toBeUndefined()
  })

  it('is about the same arguments in any order, and no others', async () => {
    const approvals = make()
    const guard = guardOf(approvals)
    expect(await call(guard, await approvals.issue(grant), { amount: 901, to: 'acme' })).toBe('approval_required')
    expect(await call(guard, await approvals.issue(grant), { ...args, extra: 1 })).toBe('approval_required')
    expect(await call(guard, await approvals.issue(grant), { amount: 900, to: 'acme' })).toBeUndefined()
  })

  it('is about one tool and one principal', async () => {
    const approvals = make()
    const guard = guardOf(approvals)
    expect(await call(guard, await approvals.issue(grant), args, 'pay')).toBe('approval_required')
    expect(await call(guard, await approvals.issue(grant), args, 'transfer', principalOf({ id: 'bob' }))).toBe('approval_required')
    const anonymous = callOf('transfer', args, {
      _meta: { 'safe-mcp/approval': await approvals.issue({ ...grant, principal: 'anonymous' }) },
    })
    expect(await guard.onMessage?.(anonymous, contextOf())).toMatchObject({ denial: { code: 'approval_required' } })
  })

  it('expires, and one from the future is none', async () => {
    const store = shared()
    const token = await make(store).issue(grant)
    for (const time of [now + 300_000, now - 1]) {
      const later = createApprovals({ key: secret, store, clock: { now: () => time } })
      expect(await call(guardOf(later), token)).toBe('approval_required')
    }
  })

  it('cannot be forged or bent', async () => {
    const approvals = make()
    const guard = guardOf(approvals)
    const token = await approvals.issue(grant)
    const [payload, signature] = token.split('.') as [string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const other = Buffer.from(JSON.stringify({ ...claims, id: 'x' })).toString('base64url')
    const foreign = await createApprovals({ key: 'f'.repeat(32), store: shared(), clock }).issue(grant)
    const padded = `${token}=`
    for (const bad of [
      `${other}.${signature}`,
      payload,
      `${payload}.`,
      `.${signature}`,
      `${token}.x`,
      foreign,
      padded,
      '',
      'x'.repeat(5000),
      7,
      {},
      [token],
    ]) {
      expect(await call(guard, bad)).toBe('approval_required')
    }
    expect(await call(guard, token)).toBeUndefined()
  })

  it('is not used up by a call that is refused for another reason', async () => {
    const approvals = make()
    const token = await approvals.issue(grant)
    const strict = toolsGuard({
      requireApproval: ['transfer'],
      approvals,
      schemas: { transfer: { type: 'object', properties: { amount: { maximum: 500 } } } },
    })
    expect(await call(strict, token)).toBe('schema_invalid')
    expect(await call(guardOf(approvals), token)).toBeUndefined()
  })

  it('is refused when the store cannot tell', async () => {
    const store: Store = { ...shared(), compareAndSet: () => Promise.reject(new Error('down')) }
    const approvals = make(store)
    expect(await call(guardOf(approvals), await approvals.issue(grant))).toBe('provider_unavailable')
  })

  it('can be signed elsewhere with Ed25519', async () => {
    const { publicKey, privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
    const store = shared()
    const issuer = createApprovals({ key: { publicKey, privateKey: await crypto.subtle.exportKey('jwk', privateKey) }, store, clock })
    const server = createApprovals({ key: { publicKey: await crypto.subtle.exportKey('jwk', publicKey) }, store, clock })
    const token = await issuer.issue(grant)
    expect(await call(guardOf(server), token)).toBeUndefined()
    expect(await call(guardOf(server), token)).toBe('approval_required')
    await expect(server.issue(grant)).rejects.toThrow()
  })

  it('comes in a header on a plain route', async () => {
    const approvals = make()
    const guard = toolGuard('transfer', { requireApproval: ['transfer'], approvals })
    const token = await approvals.issue(grant)
    const ctx = (value: string) => contextOf({ principal: alice, headers: [['safe-mcp-approval', value]] })
    expect(await guard.onMessage?.(plainOf(args), ctx('x'))).toMatchObject({ denial: { code: 'approval_required' } })
    expect(await guard.onMessage?.(plainOf(args), ctx(token))).toBeUndefined()
  })
})

it('a tool that needs one is listed, and opens nothing by itself', async () => {
  const guard = toolsGuard({ allow: ['look'], requireApproval: ['transfer', 'look'] })
  const tools = ['look', 'transfer'].map((name) => ({ name, inputSchema: {} }))
  expect(await guard.onReply?.(replyOf({ tools }), contextOf())).toMatchObject({ value: { result: { tools: [tools[0]] } } })
  expect(await call(guard, undefined, {}, 'look')).toBe('approval_required')
  expect(await call(guard, undefined, {}, 'transfer')).toBe('tool_denied')
})

it('a statement of a document can ask for one', async () => {
  const approvals = createApprovals({ key: secret, store: shared(), clock })
  const policy = oiap({ Version: '2025-05-16', Statement: { Effect: 'Allow', Action: 'transfer', RequireApproval: true } })
  const guard = toolsGuard({ policy, approvals })
  expect(await call(guard, undefined)).toBe('approval_required')
  expect(await call(guard, await approvals.issue({ principal: alice.id, tool: 'transfer', arguments: args }))).toBeUndefined()
})

it('a short secret is found at construction', () => {
  expect(() => createApprovals({ key: 'short', store: memoryStore() })).toThrowError(expect.objectContaining({ path: 'approvals.key' }))
})
