import { describe, expect, it } from 'vitest'
import { introspection, jwt } from '../../../src/identity/index.ts'
import { defineVerifier, refuse, type Verification, type Verifier } from '../../../src/identity/verifier.ts'
import type { MaybePromise } from '../../../src/lib/maybe-promise.ts'
import { audience, bearer, guarded, headerOf, issuer, signer, stoppedClock } from './support.ts'

const clock = stoppedClock()
const accepted: Verification = {
  ok: true,
  principal: {
    id: 'p',
    kind: 'user',
    provider: 'test',
    subject: 'p',
    scopes: [],
    attributes: {},
    chain: [],
    assurance: 'bearer',
  },
  authInfo: { token: 't', clientId: 'c', scopes: [] },
}

function spy(prefix: string, answer: () => MaybePromise<Verification>): Verifier & { asked: number } {
  const verifier = {
    ...defineVerifier({
      name: prefix,
      recognises: ({ token }) => token?.startsWith(prefix) === true,
      verify() {
        verifier.asked++
        return answer()
      },
    }),
    asked: 0,
  }
  return verifier
}

describe('a list of verifiers', () => {
  it('is decided by the first that recognises the credential, and nothing falls through after a failure', async () => {
    const strict = spy('a', () => refuse('no'))
    const lenient = spy('', () => accepted)
    const app = guarded([strict, lenient], clock)
    expect((await app.send({ headers: bearer('a1') })).code).toBe('identity_invalid')
    expect([strict.asked, lenient.asked]).toEqual([1, 0])
    expect((await app.send({ headers: bearer('b1') })).reply).toBeUndefined()
    expect([strict.asked, lenient.asked]).toEqual([1, 1])
  })

  it('does not hand a forged token of a known issuer to the next one', async () => {
    const [own, stranger] = await Promise.all([signer('ES256', 'es-1', clock), signer('ES256', 'es-1', clock)])
    let asked = 0
    const fetch = async () => {
      asked++
      return Response.json({ active: true, sub: 'root', aud: audience })
    }
    const opaque = introspection({ url: 'https://login.test/i', clientId: 'a', clientSecret: 'b', issuer, audience, fetch })
    const app = guarded([jwt({ issuer, audience, keys: own.jwk }), opaque], clock)
    expect((await app.send({ headers: bearer(await stranger.sign()) })).code).toBe('identity_invalid')
    expect(asked).toBe(0)
  })

  it.each<[string, () => MaybePromise<Verification>]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['answers nothing', () => undefined as never],
    ['answers nothing later', async () => undefined as never],
    ['says yes to nobody', () => ({ ok: true }) as never],
    ['says yes to somebody without an id', () => ({ ...accepted, principal: { ...accepted.principal, id: '' } }) as never],
    ['says something like yes', () => ({ ...accepted, ok: 'true' }) as never],
    ['answers a word', () => 'nobody' as never],
  ])('fails closed when a verifier %s', async (_, answer) => {
    const { reply, exchange } = await guarded([spy('', answer)], clock).send({ headers: bearer('x') })
    expect(reply?.status).toBeGreaterThanOrEqual(401)
    expect(exchange.context.principal).toBeUndefined()
    expect(String(reply?.body)).not.toContain('boom')
  })

  it.each<[Parameters<typeof refuse>[1], number, string | undefined]>([
    [{ code: 'provider_unavailable', retryAfter: 2.2 }, 503, '3'],
    [{ code: 'store_unavailable' }, 503, '1'],
    [{ code: 'provider_unavailable', retryAfter: -5 }, 503, '1'],
    [{ code: 'scope_insufficient' }, 403, undefined],
    [{ code: 'chain_invalid' }, 403, undefined],
    [{}, 401, undefined],
  ])('answers a refusal %j with status %i', async (more, status, retryAfter) => {
    const { reply, reason } = await guarded([spy('', () => refuse('the reason', more))], clock).send({ headers: bearer('x') })
    expect(reply?.status).toBe(status)
    expect(headerOf(reply, 'retry-after')).toBe(retryAfter)
    // The reason is for the audit trail alone.
    expect(reason).toBe('the reason')
    expect(JSON.stringify(reply)).not.toContain('the reason')
  })
})
