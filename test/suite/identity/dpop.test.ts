import { createHash, randomUUID } from 'node:crypto'
import { jwt } from 'safe-mcp/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { b64, type Claims, type Forge, forged, forgeParts, json, pair, type SigningPair } from './forge.ts'
import { harnesses } from './harnesses.ts'

const issuer = 'https://login.test/'
const resource = 'https://mcp.test/mcp'
const forge = { issuer, audience: resource } as Forge
const [server, holder, thief] = [pair('ES256', 'es-1'), pair('ES256', 'holder'), pair('ES256', 'thief')] as const

/** RFC 7638. */
function thumbprint({ jwk }: SigningPair): string {
  const { crv, kty, x, y } = jwk
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

const publicJwk = ({ jwk: { kty, crv, x, y } }: SigningPair) => ({ kty, crv, x, y })
const bound = () => forged(forge, server, {}, { cnf: { jkt: thumbprint(holder) }, jti: randomUUID() })

function proof(token: string, claims: Claims = {}, header: Claims = {}, by: SigningPair = holder): string {
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk(by), ...header }
  const ath = createHash('sha256').update(token).digest('base64url')
  const body = { htm: 'POST', htu: resource, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ath, ...claims }
  return forgeParts(json(head), json(body), by)
}

describe.each(harnesses)('DPoP on $name', (harness) => {
  let app: RunningApp
  let withNonce: RunningApp
  let handled = 0
  const routes = [
    {
      path: '/mcp',
      handler: ({ safeMcp }: { safeMcp: { principal?: { assurance: string } | undefined } | undefined }) => {
        handled++
        return { json: { assurance: safeMcp?.principal?.assurance } }
      },
    },
  ]

  beforeAll(async () => {
    const keys = [server.publicKey]
    const start = (dpop: object) =>
      harness.start({
        options: { audit: false, identity: { resource, verifiers: [jwt({ issuer, audience: resource, keys, dpop })] } },
        routes,
      })
    app = await start({ maxAgeMs: 60_000 })
    withNonce = await start({ required: true, nonce: { secret: 'a secret of the operator' } })
  })
  afterAll(() => Promise.all([app.close(), withNonce.close()]))

  const send = (token: string, dpop: string | undefined, scheme = 'DPoP', to = app) =>
    to.fetch('/mcp?x=1', {
      method: 'POST',
      headers: { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }), 'content-type': 'application/json' },
      body: '{}',
    })

  it('lets the holder of the key in', async () => {
    const token = bound()
    const response = await send(token, proof(token))
    expect(await response.json()).toEqual({ assurance: 'proof-of-possession' })
    expect((await send(token, proof(token))).status).toBe(200)
  })

  it('lets each proof count once', async () => {
    const token = bound()
    const once = proof(token)
    expect((await send(token, once)).status).toBe(200)
    const again = await send(token, once)
    expect(again.status).toBe(401)
    expect(again.headers.get('www-authenticate')).toMatch(/^Bearer .*, DPoP error="invalid_dpop_proof"/)
    const raced = proof(token)
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await send(token, raced)).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  const now = () => Math.floor(Date.now() / 1000)
  const other = () => bound()
  it.each<[string, (token: string) => string | undefined, string?]>([
    ['no proof', () => undefined],
    ['a bound token as a bearer token', (token) => proof(token), 'Bearer'],
    ['a proof by another key', (token) => proof(token, {}, {}, thief)],
    ['the right key in the header, another signature', (token) => proof(token, {}, { jwk: publicJwk(holder) }, thief)],
    ['another method', (token) => proof(token, { htm: 'GET' })],
    ['another path', (token) => proof(token, { htu: 'https://mcp.test/admin' })],
    ['another host', (token) => proof(token, { htu: 'https://other.test/mcp' })],
    ['http', (token) => proof(token, { htu: 'http://mcp.test/mcp' })],
    ['another token', () => proof(other())],
    ['no ath', (token) => proof(token, { ath: undefined })],
    ['no jti', (token) => proof(token, { jti: undefined })],
    ['a long jti', (token) => proof(token, { jti: 'j'.repeat(300) })],
    ['an old proof', (token) => proof(token, { iat: now() - 120 })],
    ['a proof of tomorrow', (token) => proof(token, { iat: now() + 86_400 })],
    ['iat as text', (token) => proof(token, { iat: String(now()) })],
    ['typ JWT', (token) => proof(token, {}, { typ: 'JWT' })],
    ['alg none', (token) => proof(token, {}, { alg: 'none' })],
    ['alg HS256', (token) => proof(token, {}, { alg: 'HS256' })],
    ['a private key in the proof', (token) => proof(token, {}, { jwk: { ...publicJwk(holder), d: 'AAAA' } })],
    ['no key in the proof', (token) => proof(token, {}, { jwk: undefined })],
    ['crit', (token) => proof(token, {}, { crit: ['htu'] })],
    ['a proof that is the token', (token) => token],
    ['two proofs in one field', (token) => `${proof(token)}, ${proof(token)}`],
    ['an access token of another holder', (token) => proof(token, {}, {}, thief)],
    ['a huge proof', (token) => proof(token, { filler: b64('x'.repeat(4000)) })],
  ])('refuses %s', async (_, make, scheme) => {
    const before = handled
    const token = bound()
    expect((await send(token, make(token), scheme)).status).toBe(401)
    expect(handled).toBe(before)
  })

  it('refuses an unbound token sent as if it were bound', async () => {
    const token = forged(forge, server)
    expect((await send(token, proof(token))).status).toBe(401)
    expect((await send(token, undefined, 'Bearer')).status).toBe(200)
  })

  it('asks for a nonce of ours where the operator wants one, and unbound tokens are then no use', async () => {
    const token = bound()
    const asked = await send(token, proof(token), 'DPoP', withNonce)
    expect(asked.status).toBe(401)
    expect(asked.headers.get('www-authenticate')).toContain('DPoP error="use_dpop_nonce"')
    const nonce = asked.headers.get('dpop-nonce') ?? ''
    expect(nonce).not.toBe('')
    expect((await send(token, proof(token, { nonce }), 'DPoP', withNonce)).status).toBe(200)
    expect((await send(token, proof(token, { nonce: 'guess' }), 'DPoP', withNonce)).status).toBe(401)
    expect((await send(forged(forge, server), undefined, 'Bearer', withNonce)).status).toBe(401)
  })
})
