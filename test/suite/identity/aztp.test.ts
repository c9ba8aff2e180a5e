import {
  apiKey,
  aztp,
  createAztpClient,
  generateApiKey,
  type IdentityService,
  jwt,
  registry,
  spiffe,
  verifyComponentChain,
} from 'safe-mcp/identity'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { type AztpFault, type AztpStandIn, startAztpStandIn } from '../../standins/aztp-server.ts'
import { forgeParts, json, pair } from './forge.ts'
import { harnesses } from './harnesses.ts'

let service: AztpStandIn
beforeAll(async () => {
  service = await startAztpStandIn()
})
beforeEach(() => {
  service.fault = 'none'
})
afterAll(() => service.close())

const client = (more: { baseUrl?: string; apiKey?: string; timeoutMs?: number; cacheMs?: number } = {}) =>
  createAztpClient({ apiKey: service.apiKey, baseUrl: service.baseUrl, timeoutMs: 600, cacheMs: 0, ...more })

let counter = 0
const freshName = () => `component-${++counter}`

describe.each<[string, () => IdentityService]>([
  ['the AZTP client', () => client()],
  ['the AZTP client under the older base URL', () => client({ baseUrl: `${service.baseUrl}/aztp/` })],
  ['the registry', () => registry()],
])('%s', (_, make) => {
  it('issues, verifies, revokes and reissues an identity', async () => {
    const identities = make()
    const name = freshName()
    const { identity, verify } = await identities.secureConnect({}, name)
    expect(identity).toMatchObject({ valid: true, workloadId: name })
    expect(identity.aztpId).toMatch(new RegExp(`^aztp://[a-z.]+/workload/production/node/${name}$`))
    expect(await verify()).toBe(true)
    expect(await identities.verifyIdentityByName(name)).toBe(true)
    expect(await identities.getIdentityByName(name)).toMatchObject({
      aztpId: identity.aztpId,
      name,
      status: 'active',
      environment: 'production',
    })
    expect(await identities.getIdentityByAztpId(identity.aztpId)).toMatchObject({ status: 'active' })

    await identities.revokeIdentity(identity.aztpId, 'test')
    expect(await verify()).toBe(false)
    expect(await identities.lookup(name)).toMatchObject({ status: 'revoked', verified: false })
    await identities.reissueIdentity(identity.aztpId)
    expect(await verify()).toBe(true)
  })

  it('connects the same component twice to the same identity', async () => {
    const identities = make()
    const name = freshName()
    const first = await identities.secureConnect({}, name)
    expect((await identities.secureConnect({}, name)).identity.aztpId).toBe(first.identity.aztpId)
  })

  it('knows nobody it did not issue', async () => {
    const identities = make()
    expect(await identities.getIdentityByName('nobody')).toBeUndefined()
    expect(await identities.lookup('nobody')).toBeUndefined()
    expect(await identities.lookup('aztp://aztp.network/workload/production/node/nobody')).toBeUndefined()
    expect(await identities.verifyIdentityByAztpId('aztp://aztp.network/workload/production/node/nobody')).toBe(false)
  })

  it('refuses what is not an AZTP id before it asks anybody', async () => {
    const identities = make()
    for (const id of ['', 'x', 'spiffe://a/b', 'aztp://', 'aztp://A/b', 'aztp://a/../b', 'aztp://a/b?c', 'aztp://u@a/b', 'aztp://a:1/b']) {
      await expect(identities.verifyIdentityByAztpId(id)).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  it('keeps a flow apart from the rest', async () => {
    const identities = make()
    const { identity } = await identities.secureConnect({}, freshName())
    const flow = await identities.createFlow('checkout')
    expect(await identities.verifyIdentityByAztpId(identity.aztpId, { flow: flow.id })).toBe(false)
    await identities.addIdentityToFlow(flow.id, identity.aztpId)
    expect(await identities.verifyIdentityByAztpId(identity.aztpId, { flow: flow.id })).toBe(true)
    await identities.revokeIdentityForFlow(identity.aztpId, flow.id, 'test')
    expect(await identities.verifyIdentityByAztpId(identity.aztpId, { flow: flow.id })).toBe(false)
    expect(await identities.verifyIdentityByAztpId(identity.aztpId)).toBe(true)
    await identities.deleteFlow(flow.id)
  })

  it('lets linked identities talk', async () => {
    const identities = make()
    const [a, b] = await Promise.all([identities.secureConnect({}, freshName()), identities.secureConnect({}, freshName())])
    expect(await identities.verifyIdentityConnection(a.identity.aztpId, b.identity.aztpId)).toBe(false)
    await identities.linkIdentities(a.identity.aztpId, b.identity.aztpId)
    expect(await identities.verifyIdentityConnection(a.identity.aztpId, b.identity.aztpId)).toBe(true)
  })

  it('makes a valid chain of three', async () => {
    const identities = make()
    const names = [freshName(), freshName(), freshName()]
    for (const name of names) await identities.secureConnect({}, name)
    const report = await verifyComponentChain(names, identities)
    expect(report).toMatchObject({ valid: true, score: 100 })
    const aztpIds = report.components.map(({ aztpId }) => aztpId as string)
    expect(await verifyComponentChain(aztpIds, identities)).toMatchObject({ valid: true })
  })
})

describe('the AZTP client', () => {
  it('asks for policies, permissions and OIAP decisions', async () => {
    const aztpClient = client()
    const { identity } = await aztpClient.secureConnect({}, freshName())
    const code = 'policy:0a1b2c3d4e5f'
    const Statement = [
      { Effect: 'Allow', Action: ['read', 'write'] },
      { Effect: 'Deny', Action: 'write' },
    ] as const
    service.policies.set(identity.aztpId, [{ code, policyStatement: { Statement } }])
    expect(await aztpClient.getPolicy(identity.aztpId)).toHaveLength(1)
    const permissions = await aztpClient.getActionPermissions(identity.aztpId, { policy: code, actions: ['read', 'write', 'erase'] })
    expect([...permissions]).toEqual([
      ['read', true],
      ['write', false],
      ['erase', false],
    ])
    service.allowedResources.add('web_search')
    expect(await aztpClient.evaluateOiap({ aztpId: identity.aztpId, resource: 'web_search', userId: 'alice' })).toEqual({ allowed: true })
    expect(await aztpClient.flowHealth()).toBe(true)
    expect((await aztpClient.discoverIdentities({ trustDomain: 'aztp.network' })).length).toBeGreaterThan(0)
  })

  it.each(['wrong', 'standin_other_organisation'])('says that its key is not accepted, without saying the key (%s)', async (key) => {
    const error = await client({ apiKey: key })
      .verifyIdentityByAztpId('aztp://a/b')
      .catch((caught: Error) => caught)
    expect(error).toMatchObject({ code: 'unauthorized' })
    expect(String(error)).not.toContain(key)
  })

  const faults: readonly AztpFault[] = [
    'refused',
    'data-null',
    'data-missing',
    'not-json',
    'status-429',
    'status-500',
    'slow',
    'reset',
    'megabyte',
    'redirect',
    'lying-types',
  ]
  it.each(faults)('never takes an identity for valid when the service has the fault %s', async (fault) => {
    const name = freshName()
    const { identity } = await client().secureConnect({}, name)
    service.fault = fault
    const started = Date.now()
    const verified = await client()
      .verifyIdentityByAztpId(identity.aztpId)
      .catch(() => 'rejected')
    expect([false, 'rejected']).toContain(verified)
    const report = await verifyComponentChain([name, identity.aztpId], client())
    expect(report).toMatchObject({ valid: false, score: 0 })
    expect(Date.now() - started).toBeLessThan(4500)
    expect(service.redirected.count).toBe(0)
  })

  it('believes the service when a parent takes its children along', async () => {
    const aztpClient = client()
    const parent = await aztpClient.secureConnect({}, freshName())
    const child = await aztpClient.secureConnect({}, freshName(), { parentIdentity: parent.identity.aztpId })
    await aztpClient.revokeIdentity(parent.identity.aztpId)
    expect(await child.verify()).toBe(true)
    service.revokeWithParent = true
    expect(await child.verify()).toBe(false)
    service.revokeWithParent = false
  })

  it('gives issuer keys and SPIFFE bundles a place beside the service', async () => {
    const es = pair('ES256', 'issuer-1')
    service.issuerKeys.splice(0, 9, es.jwk)
    service.bundleKeys.splice(0, 9, { ...es.jwk, use: 'x509-svid', kid: 'x' }, { ...es.jwk, use: 'jwt-svid' })
    const origin = new URL(service.baseUrl).origin
    const app = await harnesses[0]!.start({
      options: {
        audit: false,
        identity: {
          verifiers: [
            spiffe({ audience: 'mcp', bundles: { 'example.org': `${origin}/bundle` } }),
            jwt({ issuer: 'https://login.test/', audience: 'mcp', jwksUrl: `${origin}/jwks` }),
          ],
        },
      },
      routes: [{ path: '/', handler: ({ safeMcp }) => ({ json: { id: safeMcp?.principal?.id } }) }],
    })
    const send = async (token: string) => (await app.fetch('/', { headers: { authorization: `Bearer ${token}` } })).json()
    const exp = Math.floor(Date.now() / 1000) + 60
    const svid = forgeParts(json({ alg: 'ES256', kid: 'issuer-1' }), json({ sub: 'spiffe://example.org/a', aud: 'mcp', exp }), es)
    expect(await send(svid)).toEqual({ id: 'spiffe://example.org/a' })
    const token = forgeParts(
      json({ alg: 'ES256', kid: 'issuer-1' }),
      json({ iss: 'https://login.test/', sub: 'alice', aud: 'mcp', exp }),
      es,
    )
    expect(await send(token)).toEqual({ id: 'jwt:https://login.test/#alice' })
    await app.close()
  })

  it('leaves a failing service alone after five failures', async () => {
    service.fault = 'status-500'
    const aztpClient = client()
    const before = service.requests.length
    for (let i = 0; i < 20; i++)
      await expect(aztpClient.verifyIdentityByAztpId('aztp://a/b')).rejects.toMatchObject({ code: 'unavailable' })
    expect(service.requests.length - before).toBe(5)
  })

  it('asks once for many who wait, and then not again for a while', async () => {
    const aztpClient = client({ cacheMs: 1000 })
    const name = freshName()
    await aztpClient.secureConnect({}, name)
    const before = service.requests.length
    await Promise.all(Array.from({ length: 50 }, () => aztpClient.lookup(name)))
    await aztpClient.lookup(name)
    expect(service.requests.length - before).toBe(2)
  })

  it('does not start without a key or towards an insecure address', () => {
    expect(() => createAztpClient({ apiKey: '' })).toThrow(/apiKey/)
    expect(() => createAztpClient({ apiKey: 'k', baseUrl: 'http://aztp.example.com' })).toThrow(/baseUrl/)
    expect(() => createAztpClient({ apiKey: 'k', baseUrl: 'https://user:pass@aztp.example.com' })).toThrow(/baseUrl/)
  })
})

describe.each(harnesses)('callers with an AZTP identity, on $name', (harness) => {
  const { key, hash } = generateApiKey()
  const name = `caller-${harness.name.replaceAll(' ', '-')}`
  let app: RunningApp
  let handled = 0
  let aztpId: string

  beforeAll(async () => {
    const connected = await client().secureConnect({}, name)
    aztpId = connected.identity.aztpId
    const credential = apiKey({ keys: [{ id: 'k', hash, principal: { id: 'planner', attributes: { aztp_id: aztpId } } }] })
    const verifiers = [aztp({ client: client(), credential }), aztp({ client: client(), credential: 'access-token' })]
    app = await harness.start({
      options: { audit: false, identity: { verifiers } },
      routes: [
        {
          path: '/',
          handler: ({ safeMcp, header }) => {
            handled++
            return { json: { aztpId: safeMcp?.principal?.aztpId, tools: safeMcp?.principal?.attributes, header: header('x-aztp-id') } }
          },
        },
      ],
    })
  })
  beforeEach(() => {
    handled = 0
  })
  afterAll(() => app.close())

  const send = (headers: Record<string, string>) => app.fetch('/', { headers })

  it('are known by the identity bound to their credential', async () => {
    expect(await (await send({ 'x-api-key': key })).json()).toMatchObject({ aztpId })
    const named = await (await send({ 'x-api-key': key, 'x-aztp-id': aztpId })).json()
    // The claim never reaches the handler, even where it is true: what was verified is at hand.
    expect(named).toEqual(expect.not.objectContaining({ header: aztpId }))
  })

  it('may not go by the identity of another', async () => {
    const response = await send({ 'x-api-key': key, 'x-aztp-id': 'aztp://aztp.network/workload/production/node/admin' })
    expect(response.status).toBe(401)
    expect(handled).toBe(0)
  })

  it('are nobody with a bare AZTP id', async () => {
    expect((await send({ 'x-aztp-id': aztpId })).status).toBe(401)
    expect(handled).toBe(0)
  })

  it('are known by an access token the service accepts for the id', async () => {
    const good = await send({ 'x-user-access-token': service.userAccessToken, 'x-aztp-id': aztpId })
    expect(await good.json()).toMatchObject({ aztpId, tools: { allowed_tools: ['web_search'], denied_tools: ['file_access'] } })
    expect((await send({ 'x-user-access-token': 'stolen', 'x-aztp-id': aztpId })).status).toBe(401)
    expect((await send({ 'x-user-access-token': service.userAccessToken })).status).toBe(401)
    expect(handled).toBe(1)
  })

  it('are refused while the service cannot tell, with a time to come back', async () => {
    service.fault = 'status-500'
    const response = await send({ 'x-api-key': key })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(handled).toBe(0)
  })

  it('are refused once revoked', async () => {
    await client().revokeIdentity(aztpId)
    expect((await send({ 'x-api-key': key })).status).toBe(401)
    expect(handled).toBe(0)
    await client().reissueIdentity(aztpId)
    expect((await send({ 'x-api-key': key })).status).toBe(200)
  })
})
