import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { verifyComponentChain } from '../../../src/identity/chain.ts'
import { registry } from '../../../src/identity/registry.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { bearer, guarded, stoppedClock } from './support.ts'

const clock = stoppedClock()

describe('registry', () => {
  it('makes a valid chain of three connected components', async () => {
    const local = registry({ clock })
    for (const name of ['security-detection', 'ai-agent', 'web-search']) {
      expect((await local.secureConnect({}, name)).identity.valid).toBe(true)
    }
    const report = await verifyComponentChain(['security-detection', 'ai-agent', 'web-search'], local, { clock })
    expect(report).toMatchObject({ valid: true, score: 100 })
    expect(report.components).toHaveLength(3)
    expect(report.components[0]).toMatchObject({
      id: 'security-detection',
      status: 'active',
      valid: true,
      aztpId: 'aztp://aztp.local/workload/production/node/security-detection',
      identityType: 'agent',
      securityLevel: 'SECURE',
    })
  })

  it('lets a component in with its signed token, and out again when it is revoked', async () => {
    const local = registry({ clock })
    const { aztpId } = await local.issueIdentity('planner')
    const headers = bearer(await local.signToken(aztpId, { scopes: ['search'] }))
    const app = guarded([local], clock)
    const first = await app.send({ headers })
    expect(first.reply).toBeUndefined()
    expect(first.exchange.context.principal).toMatchObject({ id: aztpId, kind: 'agent', provider: 'registry', scopes: ['search'], aztpId })
    await local.revokeIdentity(aztpId)
    expect((await app.send({ headers })).code).toBe('identity_invalid')
    await local.reissueIdentity(aztpId)
    expect((await app.send({ headers })).reason).toBe('the identity was revoked since')
    expect((await app.send({ headers: bearer(await local.signToken(aztpId)) })).reply).toBeUndefined()
  })

  it('does not accept a token of another registry with the same name', async () => {
    const [one, other] = [registry({ clock }), registry({ clock })]
    const { aztpId } = await other.issueIdentity('planner')
    await one.issueIdentity('planner')
    expect((await guarded([one], clock).send({ headers: bearer(await other.signToken(aztpId)) })).code).toBe('identity_invalid')
  })

  it('shares identities and keys between processes through a store', async () => {
    const store = memoryStore({ clock })
    const pair = await generateKeyPair('EdDSA', { extractable: true })
    const signingKey = await exportJWK(pair.privateKey)
    const [one, two] = [registry({ clock, store, signingKey }), registry({ clock, store, signingKey })]
    const { aztpId } = await one.issueIdentity('planner')
    expect((await guarded([two], clock).send({ headers: bearer(await one.signToken(aztpId)) })).reply).toBeUndefined()
    await two.revokeIdentity(aztpId)
    expect(await one.verifyIdentityByAztpId(aztpId)).toBe(false)
  })

  it('keeps validity within a flow apart from validity everywhere', async () => {
    const local = registry({ clock })
    const { aztpId } = await local.issueIdentity('planner')
    const flow = await local.createFlow('checkout')
    expect(await local.verifyIdentityByAztpId(aztpId, { flow: flow.id })).toBe(false)
    await local.addIdentityToFlow(flow.id, aztpId)
    expect(await local.verifyIdentityByAztpId(aztpId, { flow: flow.id })).toBe(true)
    await local.revokeIdentityForFlow(aztpId, flow.id)
    expect(await local.verifyIdentityByAztpId(aztpId, { flow: flow.id })).toBe(false)
    expect(await local.verifyIdentityByAztpId(aztpId)).toBe(true)
    await local.deleteFlow(flow.id)
    expect(await local.verifyIdentityByAztpId(aztpId, { flow: flow.id })).toBe(false)
  })

  it('lets only linked, active identities talk', async () => {
    const local = registry({ clock })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => local.issueIdentity(name)))
    await local.linkIdentities(a!.aztpId, b!.aztpId)
    expect(await local.verifyIdentityConnection(b!.aztpId, a!.aztpId)).toBe(true)
    expect(await local.verifyIdentityConnection(a!.aztpId, c!.aztpId)).toBe(false)
    await local.revokeIdentity(b!.aztpId)
    expect(await local.verifyIdentityConnection(a!.aztpId, b!.aztpId)).toBe(false)
  })

  it('lets active identities be discovered, by trust domain', async () => {
    const local = registry({ clock })
    await local.issueIdentity('a')
    const gone = await local.issueIdentity('b')
    await local.issueIdentity('c', { trustDomain: 'other.example' })
    await local.revokeIdentity(gone.aztpId)
    expect((await local.discoverIdentities()).map(({ name }) => name)).toEqual(['c', 'a'])
    expect((await local.discoverIdentities({ trustDomain: 'aztp.local' })).map(({ name }) => name)).toEqual(['a'])
  })

  it('gives a name away once', async () => {
    const local = registry({ clock })
    const issued = await Promise.allSettled(Array.from({ length: 20 }, () => local.issueIdentity('planner')))
    expect(issued.filter((entry) => entry.status === 'fulfilled')).toHaveLength(1)
  })

  it('connects many at once to one identity', async () => {
    const local = registry({ clock })
    const connected = await Promise.all(Array.from({ length: 20 }, () => local.secureConnect({}, 'planner')))
    expect(new Set(connected.map(({ identity }) => identity.aztpId)).size).toBe(1)
    expect(connected.every(({ identity }) => identity.valid)).toBe(true)
  })

  it('refuses to grow beyond its bound instead of forgetting a revocation', async () => {
    const local = registry({ clock, maxEntries: 7 })
    await local.issueIdentity('a')
    await local.issueIdentity('b')
    await expect(local.issueIdentity('c')).rejects.toMatchObject({ code: 'full' })
  })

  it.each(['', '../x', 'a b', 'a/../b', '%2e', 'a\u0000'])('does not issue an identity for the name %j', async (name) => {
    await expect(registry({ clock }).issueIdentity(name)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('verifyComponentChain', () => {
  it('gives each fault its own reason and scores what is left', async () => {
    const local = registry({ clock })
    await local.issueIdentity('good')
    const revoked = await local.issueIdentity('revoked')
    await local.revokeIdentity(revoked.aztpId)
    const directory = {
      lookup: (id: string) => {
        if (id === 'down') throw new Error('connection reset')
        if (id === 'slow') return new Promise<undefined>(() => {})
        if (id === 'odd') return { id, status: 'suspended' }
        return local.lookup(id)
      },
    }
    const ids = ['good', 'revoked', 'nobody', 'down', 'slow', 'odd', 'good', 'not\nan id']
    const report = await verifyComponentChain(ids, directory, { clock, timeoutMs: 30 })
    expect(report.valid).toBe(false)
    expect(report.score).toBe(12.5)
    expect(report.components.map(({ status, reason }) => [status, reason])).toEqual([
      ['active', undefined],
      ['revoked', 'revoked'],
      ['NO_IDENTITY', 'No AZTP identity found'],
      ['UNREACHABLE', 'unreachable'],
      ['UNREACHABLE', 'unreachable: timeout'],
      ['suspended', 'inactive'],
      ['INVALID', 'repeated'],
      ['INVALID', 'malformed'],
    ])
  })

  it('calls an empty chain valid only where that is allowed', async () => {
    const local = registry({ clock })
    expect(await verifyComponentChain([], local, { clock })).toMatchObject({ valid: false, score: 0 })
    expect(await verifyComponentChain([], local, { clock, allowEmpty: true })).toMatchObject({ valid: true, score: 0 })
  })

  it('looks nobody up when the chain is too long', async () => {
    let lookups = 0
    const directory = {
      lookup(id: string) {
        lookups++
        return { id, status: 'active' }
      },
    }
    const report = await verifyComponentChain(
      Array.from({ length: 17 }, (_, i) => `c${i}`),
      directory,
      { clock },
    )
    expect(report.valid).toBe(false)
    expect(lookups).toBe(0)
  })

  it('keeps to trust domains', async () => {
    const local = registry({ clock, trustDomain: 'other.example' })
    await local.issueIdentity('a')
    const report = await verifyComponentChain(['a'], local, { clock, trustDomains: ['mine.example'] })
    expect(report.components[0]).toMatchObject({ valid: false, reason: 'foreign-trust-domain' })
  })
})
