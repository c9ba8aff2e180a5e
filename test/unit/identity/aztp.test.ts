import { beforeAll, describe, expect, it } from 'vitest'
import { aztp, jwt, registry } from '../../../src/identity/index.ts'
import { audience, bearer, guarded, issuer, type Signer, signer, stoppedClock } from './support.ts'

const clock = stoppedClock()
let es: Signer
beforeAll(async () => {
  es = await signer('ES256', 'es-1', clock)
})

describe('aztp around jwt, with the registry as its service', () => {
  const credential = () => jwt({ issuer, audience, keys: es.jwk })

  it('knows the caller by the id its token carries', async () => {
    const client = registry({ clock })
    const { aztpId } = await client.issueIdentity('planner')
    const app = guarded([aztp({ client, credential: credential() })], clock)
    const { reply, exchange } = await app.send({ headers: bearer(await es.sign({ aztp_id: aztpId })) })
    expect(reply).toBeUndefined()
    expect(exchange.context.principal).toMatchObject({
      id: `jwt:${issuer}#alice`,
      provider: 'aztp',
      aztpId,
      trustDomain: 'aztp.local',
      scopes: ['read', 'write'],
    })
    await client.revokeIdentity(aztpId)
    expect((await app.send({ headers: bearer(await es.sign({ aztp_id: aztpId })) })).code).toBe('identity_invalid')
  })

  it('lets a caller with several ids choose among them, and only among them', async () => {
    const client = registry({ clock })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(async (name) => (await client.issueIdentity(name)).aztpId))
    const app = guarded([aztp({ client, credential: credential(), idsOf: () => [a!, b!] })], clock)
    const headers = bearer(await es.sign())
    expect((await app.send({ headers: { ...headers, 'x-aztp-id': b! } })).exchange.context.principal?.aztpId).toBe(b)
    for (const id of [c!, '', 'x', `${a}, ${b}`, `${a}/../b`])
      expect((await app.send({ headers: { ...headers, 'x-aztp-id': id } })).code).toBe('identity_invalid')
    expect((await app.send({ headers })).reason).toBe('no AZTP id is bound to the credential')
  })

  it.each<[string, object, string]>([
    ['another trust domain', { trustDomains: ['example.org'] }, 'foreign trust domain'],
    ['a flow it is not in', { flow: 'checkout' }, 'the AZTP identity is not active'],
    ['an id nobody issued', { idsOf: () => 'aztp://aztp.local/workload/production/node/ghost' }, 'unknown AZTP id'],
    ['an id that is none', { idsOf: () => 'https://aztp.local/planner' }, 'no AZTP id is bound to the credential'],
  ])('refuses %s', async (_, options, reason) => {
    const client = registry({ clock })
    const { aztpId } = await client.issueIdentity('planner')
    const app = guarded([aztp({ client, credential: credential(), ...options })], clock)
    expect(await app.send({ headers: bearer(await es.sign({ aztp_id: aztpId })) })).toMatchObject({ code: 'identity_invalid', reason })
  })

  it('refuses when the service answers about somebody else, or not at all', async () => {
    const aztpId = 'aztp://aztp.local/workload/production/node/planner'
    const headers = bearer(await es.sign({ aztp_id: aztpId }))
    const other = { lookup: (id: string) => ({ id, status: 'active', aztpId: `${aztpId}2` }) }
    expect((await guarded([aztp({ client: other, credential: credential() })], clock).send({ headers })).code).toBe('identity_invalid')
    const gone = { lookup: () => Promise.reject(new Error('gone')) }
    expect((await guarded([aztp({ client: gone, credential: credential() })], clock).send({ headers })).code).toBe('provider_unavailable')
  })
})
