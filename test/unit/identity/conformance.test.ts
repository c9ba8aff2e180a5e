import { SignJWT } from 'jose'
import { type VerifierConformanceOptions, verifierConformance } from 'safe-mcp/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { apiKey, defineVerifier, generateApiKey, introspection, jwt, registry, spiffe } from '../../../src/identity/index.ts'
import { audience, issuer, type Signer, signer, stoppedClock } from './support.ts'

const clock = stoppedClock()
const { key, hash } = generateApiKey()
const local = registry({ clock })
let es: Signer
let svid: string
let identityToken: string
beforeAll(async () => {
  es = await signer('ES256', 'es-1', clock)
  const seconds = Math.floor(clock.now() / 1000)
  svid = await new SignJWT({ sub: 'spiffe://example.org/a', aud: audience, exp: seconds + 60 })
    .setProtectedHeader({ alg: 'ES256', kid: 'es-1' })
    .sign(es.privateKey)
  identityToken = await local.signToken((await local.issueIdentity('planner')).aztpId)
})

const bundle = () => ({ keys: [{ ...es.jwk, use: 'jwt-svid' }] })
const answer = async (_: string, { body }: RequestInit) =>
  Response.json(
    String(body).startsWith('token=opaque&') ? { active: true, sub: 'alice', client_id: 'app', aud: audience } : { active: false },
  )

const verifiers: Record<string, Omit<VerifierConformanceOptions, 'clock'>> = {
  jwt: { verifier: () => jwt({ issuer, audience, keys: es.jwk }), accepted: async () => ({ authorization: `Bearer ${await es.sign()}` }) },
  'jwt in a header of its own': {
    verifier: () => jwt({ issuer, audience, keys: es.jwk, header: 'x-goog-iap-jwt-assertion' }),
    accepted: async () => ({ 'x-goog-iap-jwt-assertion': await es.sign() }),
  },
  apiKey: { verifier: () => apiKey({ keys: [{ id: 'k', hash, principal: 'ci' }] }), accepted: () => ({ 'x-api-key': key }) },
  spiffe: {
    verifier: () => spiffe({ audience, bundles: { 'example.org': bundle() } }),
    accepted: () => ({ authorization: `Bearer ${svid}` }),
  },
  introspection: {
    verifier: () => introspection({ url: 'https://a.test/i', clientId: 'a', clientSecret: 'b', issuer, audience, fetch: answer }),
    accepted: () => ({ authorization: 'Bearer opaque' }),
  },
  registry: { verifier: () => local, accepted: () => ({ authorization: `Bearer ${identityToken}` }) },
}

describe.each(Object.entries(verifiers))('%s', (_, options) => {
  for (const { name, run } of verifierConformance({ ...options, clock })) it(name, run)
})

describe('the conformance suite', () => {
  it('notices a verifier that lets everybody in', async () => {
    const { principal, authInfo } = { principal: { id: 'x' }, authInfo: { token: 't', clientId: 'c', scopes: [] } }
    const open = defineVerifier({
      name: 'open',
      recognises: () => true,
      verify: () => ({ ok: true, principal: principal as never, authInfo }),
    })
    const results = await Promise.allSettled(
      verifierConformance({ verifier: () => open, accepted: () => ({ authorization: 'Bearer x' }), clock }).map(({ run }) => run()),
    )
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(4)
  })
})
