import { SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { spiffe } from '../../../src/identity/spiffe.ts'
import { formatAztpId, parseAztpId, parseWorkloadId } from '../../../src/identity/spiffe-id.ts'
import { bearer, guarded, type Signer, signer, stoppedClock } from './support.ts'

const clock = stoppedClock()
const audience = 'spiffe://example.org/mcp'
let own: Signer
let other: Signer
beforeAll(async () => {
  ;[own, other] = await Promise.all([signer('ES256', 'own', clock), signer('ES256', 'other', clock)])
})

const svidKey = ({ jwk: { alg: _, ...jwk } }: Signer) => ({ ...jwk, use: 'jwt-svid' })
const app = () =>
  guarded([spiffe({ audience, bundles: { 'example.org': { keys: [svidKey(own)] }, 'partner.test': { keys: [svidKey(other)] } } })], clock)

const svid = (by: Signer, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
  const now = Math.floor(clock.now() / 1000)
  return new SignJWT({ sub: 'spiffe://example.org/planner', aud: [audience], exp: now + 300, iat: now, ...claims } as never)
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'JWT', ...header })
    .sign(by.privateKey)
}

describe('spiffe', () => {
  it('knows a workload by its id', async () => {
    const { reply, exchange } = await app().send({ headers: bearer(await svid(own)) })
    expect(reply).toBeUndefined()
    expect(exchange.context.principal).toMatchObject({
      id: 'spiffe://example.org/planner',
      kind: 'service',
      provider: 'spiffe',
      trustDomain: 'example.org',
    })
  })

  it.each<[string, () => Promise<string>]>([
    ['a key of another trust domain', () => svid(other)],
    ['a trust domain nobody listed', () => svid(own, { sub: 'spiffe://stranger.test/x' })],
    ['an AZTP id', () => svid(own, { sub: 'aztp://example.org/x' })],
    ['a path with dots', () => svid(own, { sub: 'spiffe://example.org/a/../b' })],
    ['another audience', () => svid(own, { aud: ['spiffe://example.org/other'] })],
    ['no audience', () => svid(own, { aud: undefined })],
    ['no exp', () => svid(own, { exp: undefined })],
    ['a foreign header', () => svid(own, {}, { jku: 'https://attacker.test' })],
    ['another type', () => svid(own, {}, { typ: 'at+jwt' })],
  ])('refuses an SVID with %s', async (_, make) => {
    expect((await app().send({ headers: bearer(await make()) })).code).toBe('identity_invalid')
  })

  it('does not take keys that are marked for something else', () => {
    expect(() => spiffe({ audience, bundles: { 'example.org': { keys: [own.jwk] } } })).toThrow(/jwt-svid/)
  })

  it('refreshes as often as the bundle asks, and takes no older bundle back', async () => {
    const time = stoppedClock()
    let bundle: object = { keys: [svidKey(own)], spiffe_sequence: 5, spiffe_refresh_hint: 30 }
    let fetches = 0
    const fetch = async () => {
      fetches++
      return Response.json(bundle)
    }
    const rig = guarded([spiffe({ audience, bundles: { 'example.org': 'https://spire.example.org/bundle' }, cooldownMs: 0, fetch })], time)
    const send = async (by: Signer, jti: string) => {
      const now = Math.floor(time.now() / 1000)
      return (await rig.send({ headers: bearer(await svid(by, { jti, iat: now, exp: now + 300 })) })).code
    }
    expect(await send(own, '1')).toBeUndefined()
    time.tick(29_000)
    expect(await send(own, '2')).toBeUndefined()
    expect(fetches).toBe(1)
    time.tick(1_000)
    bundle = { keys: [svidKey(other)], spiffe_sequence: 4 }
    expect(await send(own, '3')).toBeUndefined()
    expect(fetches).toBe(2)
    bundle = { keys: [svidKey(other)], spiffe_sequence: 6 }
    expect(await send(other, '4')).toBeUndefined()
    expect(await send(own, '5')).toBe('identity_invalid')
  })
})

describe('workload ids', () => {
  it.each(['spiffe://example.org', 'spiffe://example.org/a/b', 'aztp://aztp.network/workload/production/node/a-b_c.d'])(
    'reads %s',
    (id) => {
      expect(parseWorkloadId(id)).toBeDefined()
    },
  )

  it.each([
    '',
    'example.org/a',
    'http://example.org/a',
    'SPIFFE://example.org/a',
    'spiffe://',
    'spiffe:///a',
    'spiffe://Example.org/a',
    'spiffe://example.org:1/a',
    'spiffe://u@example.org/a',
    'spiffe://example.org/a?b',
    'spiffe://example.org/a#b',
    'spiffe://example.org/a%2fb',
    'spiffe://example.org//a',
    'spiffe://example.org/a/',
    'spiffe://example.org/./a',
    'spiffe://example.org/../a',
    'spiffe://example.org/a b',
    `spiffe://example.org/${'a'.repeat(2048)}`,
  ])('does not read %j', (id) => {
    expect(parseWorkloadId(id)).toBeUndefined()
  })

  it('takes an AZTP id apart and puts it together', () => {
    const parts = parseAztpId('aztp://astha.ai/workload/dev/node/team/agent')
    expect(parts).toEqual({ trustDomain: 'astha.ai', workload: 'workload', environment: 'dev', method: 'node', name: 'team/agent' })
    expect(formatAztpId(parts!)).toBe('aztp://astha.ai/workload/dev/node/team/agent')
    expect(formatAztpId({ name: '../x' })).toBeUndefined()
  })
})
