import { generateKeyPairSync } from 'node:crypto'
import { exportSPKI, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { SafeMcpConfigError } from '../../../src/core/config-error.ts'
import { type JwtOptions, jwt } from '../../../src/identity/jwt.ts'
import { audience, bearer, goodClaims, guarded, issuer, presented, type Signer, signer, stoppedClock } from './support.ts'

const clock = stoppedClock()
let es: Signer
let rs: Signer
let ed: Signer

beforeAll(async () => {
  ;[es, rs, ed] = await Promise.all([signer('ES256', 'es-1', clock), signer('RS256', 'rs-1', clock), signer('EdDSA', 'ed-1', clock)])
})

const options = (more: Partial<JwtOptions> = {}): JwtOptions => ({ issuer, audience, jwks: { keys: [es.jwk, rs.jwk, ed.jwk] }, ...more })

describe('jwt', () => {
  it('accepts a good token of each usual algorithm and says who it is', async () => {
    const verifier = jwt(options())
    for (const key of [es, rs, ed]) {
      const result = await verifier.verify(presented(clock, { token: await key.sign() }))
      expect(result).toMatchObject({
        ok: true,
        principal: {
          id: 'jwt:https://login.test/#alice',
          kind: 'user',
          provider: 'jwt',
          subject: 'alice',
          scopes: ['read', 'write'],
          assurance: 'bearer',
        },
        authInfo: { clientId: 'app', scopes: ['read', 'write'] },
      })
    }
  })

  it('answers a token it knows at once, without a promise', async () => {
    const verifier = jwt(options())
    const shape = presented(clock, { token: await es.sign() })
    expect(verifier.verify(shape)).toBeInstanceOf(Promise)
    await verifier.verify(shape)
    expect(verifier.verify(shape)).toMatchObject({ ok: true })
  })

  it('never believes the cache beyond exp', async () => {
    const time = stoppedClock()
    const verifier = jwt(options({ clockToleranceMs: 0 }))
    const token = await es.sign(goodClaims(time, { exp: Math.floor(time.now() / 1000) + 10 }))
    expect(await verifier.verify(presented(time, { token }))).toMatchObject({ ok: true })
    time.tick(9_999)
    expect(await verifier.verify(presented(time, { token }))).toMatchObject({ ok: true })
    time.tick(1)
    expect(await verifier.verify(presented(time, { token }))).toMatchObject({ ok: false, reason: 'expired' })
  })

  it('takes keys as JWK, WebCrypto key, PEM and platform key', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const token = await new SignJWT(goodClaims(clock)).setProtectedHeader({ alg: 'ES256', kid: 'any' }).sign(pair.privateKey)
    const own = jwt({ issuer, audience, keys: [pair.publicKey] })
    expect(await own.verify(presented(clock, { token }))).toMatchObject({ ok: true })
    for (const key of [es.jwk, es.publicKey, await exportSPKI(es.publicKey)]) {
      expect(await jwt({ issuer, audience, keys: key }).verify(presented(clock, { token: await es.sign() }))).toMatchObject({ ok: true })
      expect(await jwt({ issuer, audience, keys: [key] }).verify(presented(clock, { token }))).toMatchObject({ ok: false })
    }
  })

  it('takes a shared secret only when asked for by name', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const verifier = jwt({ issuer, audience, keys: [secret], algorithms: ['HS256'] })
    const token = await new SignJWT(goodClaims(clock)).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    expect(await verifier.verify(presented(clock, { token }))).toMatchObject({ ok: true })
  })

  it('reads delegation from act, outermost actor first', async () => {
    const token = await es.sign({ act: { sub: 'gateway', act: { sub: 'planner' } } })
    expect(await jwt(options()).verify(presented(clock, { token }))).toMatchObject({ principal: { chain: ['gateway', 'planner'] } })
  })

  it('calls a client that acts for itself a service', async () => {
    const token = await es.sign({ sub: 'app' })
    expect(await jwt(options()).verify(presented(clock, { token }))).toMatchObject({ principal: { kind: 'service' } })
  })

  it.each<[string, () => JwtOptions]>([
    ['no audience', () => ({ issuer, audience: '', keys: [es.jwk] })],
    ['an unknown algorithm', () => options({ algorithms: ['none'] })],
    ['shared-secret algorithms with a JWK Set', () => options({ algorithms: ['HS256'] })],
    ['mixed algorithms', () => ({ issuer, audience, keys: [es.jwk], algorithms: ['ES256', 'HS256'] })],
    ['a short secret', () => ({ issuer, audience, keys: [new Uint8Array(31)], algorithms: ['HS256'] })],
    ['a secret without naming an algorithm', () => ({ issuer, audience, keys: [new Uint8Array(64)] })],
    ['a private key', () => ({ issuer, audience, keys: [{ ...es.jwk, d: 'AAAA' }] })],
    ['plain http to another machine', () => ({ issuer, audience, jwksUrl: 'http://login.test/jwks' })],
    ['two sources of keys', () => options({ jwksUrl: 'https://login.test/jwks' })],
    ['no keys', () => ({ issuer, audience, keys: [] })],
    ['too much tolerance', () => options({ clockToleranceMs: 300_001 })],
  ])('does not start with %s', (_, make) => {
    expect(() => jwt(make())).toThrow(SafeMcpConfigError)
  })
})

describe('identityGuard with jwt', () => {
  it('attaches the caller', async () => {
    const { reply, exchange } = await guarded([jwt(options())], clock).send({ headers: bearer(await es.sign()) })
    expect(reply).toBeUndefined()
    expect(exchange.context.principal?.subject).toBe('alice')
    expect(exchange.context.authInfo).toMatchObject({ clientId: 'app', resource: new URL(audience) })
  })

  it('gives each exchange its own AuthInfo, so that handlers cannot change each other', async () => {
    const app = guarded([jwt(options())], clock)
    const headers = bearer(await es.sign())
    const first = await app.send({ headers })
    first.exchange.context.authInfo?.scopes.push('admin')
    const second = await app.send({ headers })
    expect(second.exchange.context.authInfo?.scopes).toEqual(['read', 'write'])
  })
})

describe('one token has one text', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])('whatever single character of a good %s token is changed, it is refused', async (alg) => {
    const key = { ES256: es, EdDSA: ed, RS256: rs }[alg] as Signer
    const verifier = jwt(options({ cache: { refusedTtlMs: 0 } }))
    const token = await key.sign()
    expect(await verifier.verify(presented(clock, { token }))).toMatchObject({ ok: true })
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const accepted: string[] = []
    for (let at = 0; at < token.length; at++) {
      const index = alphabet.indexOf(token[at] as string)
      // The neighbour in the alphabet differs in the lowest bits only, which at the end of a part may be padding.
      for (const char of [alphabet[index ^ 1], alphabet[index ^ 2], '.', '=', '']) {
        const changed = token.slice(0, at) + (char ?? 'A') + token.slice(at + 1)
        if (changed === token) continue
        const result = await verifier.verify(presented(clock, { token: changed }))
        if (result.ok) accepted.push(`${at}: ${char}`)
      }
    }
    expect(accepted).toEqual([])
  })
})
