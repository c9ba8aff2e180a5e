import type { CryptoKey as JoseKey, JWK } from 'jose'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import { lazily } from '../lib/lazily.ts'
import { attributesOf, authInfoOf, checkClaims } from './claims.ts'
import { jose } from './jose.ts'
import { type KeySource, keysOfSet, setSource } from './keys.ts'
import { SignedTokens } from './signed-token.ts'
import { parseWorkloadId } from './spiffe-id.ts'

/** The key the registry signs with. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: JoseKey
  readonly publicJwk: JWK
  readonly source: KeySource
}

/** Verifies what the registry signs: signature and claims, not yet whether the identity still holds. */
export function registryTokens(issuer: string, audience: string, keys: () => Promise<SigningKey>): SignedTokens {
  const rules = { issuer, audiences: [audience], clockToleranceMs: 5000, requiredClaims: ['serial', 'jti'] }
  const source: KeySource = { version: 0, find: async (header, now) => (await keys()).source.find(header, now) }
  return new SignedTokens({
    algorithms: ['EdDSA'],
    judge({ header, payload }, now) {
      if (header.typ !== 'at+jwt') return 'not an identity token'
      const claims = checkClaims(payload, rules, now)
      return typeof claims === 'string' ? claims : { source, claims }
    },
    accept(token, { payload }, claims) {
      const principal: Principal = Object.freeze({
        id: claims.subject,
        kind: 'agent',
        provider: 'registry',
        issuer,
        subject: claims.subject,
        scopes: Object.freeze([...claims.scopes]),
        attributes: attributesOf(payload),
        chain: Object.freeze([...claims.actors]),
        expiresAt: claims.expiresAt,
        assurance: 'bearer',
        aztpId: claims.subject,
        trustDomain: parseWorkloadId(claims.subject)?.trustDomain,
      })
      return { ok: true, principal, authInfo: authInfoOf(principal, token, claims.subject, undefined) }
    },
  })
}

/** The signing key, made or imported at first use. */
export function signingKeys(given: JWK | undefined): () => Promise<SigningKey> {
  if (given !== undefined && (given.kty !== 'OKP' || given.crv !== 'Ed25519' || typeof given.d !== 'string')) {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'registry.signingKey',
      message: 'must be a private Ed25519 key as JWK.',
    })
  }
  async function make(): Promise<SigningKey> {
    const { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } = await jose()
    const pair = given === undefined ? await generateKeyPair('EdDSA', { extractable: true }) : undefined
    const { kty, crv, x } = given ?? (await exportJWK(pair?.publicKey as JoseKey))
    const kid = await calculateJwkThumbprint({ kty, crv, x } as JWK)
    const publicJwk = { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } as JWK
    const privateKey = pair?.privateKey ?? ((await importJWK(given as JWK, 'EdDSA')) as JoseKey)
    return { kid, privateKey, publicJwk, source: setSource(keysOfSet({ keys: [publicJwk] }) ?? []) }
  }
  return lazily(make)
}
