import type { CryptoKey as JoseKey, JWK } from 'jose'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { isObject } from '../lib/json-object.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { algorithmFacts } from './algorithms.ts'
import { jose } from './jose.ts'

/** A key given in code: JWK, WebCrypto key, PEM of a public key or certificate, bytes of a shared secret, or a platform key that exports a JWK. */
export type KeyInput = JWK | CryptoKey | Uint8Array | string | { export(options: { format: 'jwk' }): unknown }

/** One key that may check signatures. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** Whether key type, curve, `alg`, `use` and `key_ops` all allow this algorithm. The key decides, never the token alone. */
  fits(alg: string): boolean
  /** The key ready for use, imported once per algorithm. Rejects when it is not a key of that kind after all. */
  load(alg: string): Promise<JoseKey | Uint8Array>
}

/** What a source answers: candidates, or that it cannot tell. */
export type KeyAnswer =
  | { readonly ok: true; readonly keys: readonly VerificationKey[] }
  | { readonly ok: false; readonly unavailable: boolean; readonly reason: string; readonly retryAfter?: number }

/** Where verification keys come from. */
export interface KeySource {
  /** Changes whenever the set of keys does: what was verified with an older set must be looked at again. */
  readonly version: number
  /** Keys that may have signed a token with this header. */
  find(header: { readonly alg: string; readonly kid?: string | undefined }, now: number): MaybePromise<KeyAnswer>
}

/** More candidates than this are not tried: each costs a signature check. */
const maxCandidates = 4

/** The keys that fit a header. Without `kid` in the token every fitting key is a candidate. */
export function candidates(
  keys: readonly VerificationKey[],
  header: { readonly alg: string; readonly kid?: string | undefined },
  anonymousKeys: 'match' | 'ignore',
): readonly VerificationKey[] {
  const { alg, kid } = header
  const named = (key: VerificationKey) => kid === undefined || key.kid === kid || (anonymousKeys === 'match' && key.kid === undefined)
  return keys.filter((key) => named(key) && key.fits(alg)).slice(0, maxCandidates)
}

/** Keys given in code. Throws when one is not usable. */
export function staticKeys(inputs: readonly KeyInput[], algorithms: readonly string[], path: string): KeySource {
  const keys = inputs.map((input, index) => {
    const key = toVerificationKey(input)
    if (key === undefined) {
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: `${path}[${index}]`,
        message: 'is not a public key, certificate or shared secret for verification.',
      })
    }
    if (!algorithms.some((alg) => key.fits(alg))) {
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: `${path}[${index}]`,
        message: 'fits none of the allowed algorithms.',
        suggestion: 'Shared secrets need `algorithms: ["HS256"]`, 32 bytes or more, and may not be mixed with public keys.',
      })
    }
    return key
  })
  return setSource(keys, 'match')
}

/** Keys that never change. `anonymousKeys`: whether a key without `kid` may have signed a token with one. */
export function setSource(keys: readonly VerificationKey[], anonymousKeys: 'match' | 'ignore' = 'ignore'): KeySource {
  return {
    version: 0,
    find(header) {
      const found = candidates(keys, header, anonymousKeys)
      return found.length > 0 ? { ok: true, keys: found } : { ok: false, unavailable: false, reason: 'no key fits the token' }
    },
  }
}

/** Public keys of a JWK Set whose `use` is one of `uses`. Shared secrets, private keys and what we do not know are left out: a set may hold them for others. */
export function keysOfSet(
  set: unknown,
  uses: readonly (string | undefined)[] = [undefined, 'sig'],
): readonly VerificationKey[] | undefined {
  const list = typeof set === 'object' && set !== null ? (set as { keys?: unknown }).keys : undefined
  if (!Array.isArray(list)) return undefined
  const keys: VerificationKey[] = []
  for (const jwk of list.slice(0, maxSetKeys)) {
    const key = isObject(jwk) && jwk.kty !== 'oct' ? fromJwk(jwk as JWK, uses) : undefined
    if (key !== undefined) keys.push(key)
  }
  return keys
}

const maxSetKeys = 100

function toVerificationKey(input: KeyInput): VerificationKey | undefined {
  if (typeof input === 'string') return fromPem(input)
  if (input instanceof Uint8Array) return fromSecret(input)
  if (!isObject(input)) return undefined
  if ('kty' in input) return fromJwk(input as JWK, [undefined, 'sig'])
  if ('algorithm' in input) return fromCryptoKey(input as CryptoKey)
  if ('export' in input && typeof input.export === 'function') {
    const jwk: unknown = input.export({ format: 'jwk' })
    return isObject(jwk) ? fromJwk(jwk as JWK, [undefined, 'sig']) : undefined
  }
  return undefined
}

function fromJwk(jwk: JWK, uses: readonly (string | undefined)[]): VerificationKey | undefined {
  const { kty, crv, kid, alg, use, key_ops: operations } = jwk
  if (jwk.d !== undefined || (kid !== undefined && typeof kid !== 'string')) return undefined
  if (!uses.includes(use)) return undefined
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined
  // A bundle may say `use: "jwt-svid"`, which the import below does not know.
  const { use: _use, key_ops: _operations, ...bare } = jwk
  const loaded = once(async (name) => (await jose()).importJWK(bare, name))
  return {
    kid,
    fits(name) {
      const facts = algorithmFacts(name)
      if (facts === undefined || facts.kty !== kty || facts.crv !== (facts.crv && crv)) return false
      if (facts.minBytes !== undefined && Math.floor(((jwk.k?.length ?? 0) * 3) / 4) < facts.minBytes) return false
      return alg === undefined || alg === name || (facts.kty === 'OKP' && (alg === 'EdDSA' || alg === 'Ed25519'))
    },
    load: loaded as VerificationKey['load'],
  }
}

function fromCryptoKey(key: CryptoKey): VerificationKey | undefined {
  if (key.type === 'private' || !key.usages.includes('verify')) return undefined
  const own = key.algorithm as { name: string; namedCurve?: string; hash?: { name: string }; length?: number }
  return {
    kid: undefined,
    fits(name) {
      const facts = algorithmFacts(name)
      if (facts === undefined || facts.name !== own.name) return false
      if (facts.minBytes !== undefined && (own.length ?? 0) < facts.minBytes * 8) return false
      return facts.name === 'ECDSA' ? facts.crv === own.namedCurve : facts.hash === own.hash?.name
    },
    load: async () => key,
  }
}

function fromSecret(secret: Uint8Array): VerificationKey {
  const copy = secret.slice()
  return {
    kid: undefined,
    fits: (name) => copy.length >= (algorithmFacts(name)?.minBytes ?? Number.POSITIVE_INFINITY),
    load: async () => copy,
  }
}

function fromPem(text: string): VerificationKey | undefined {
  const pem = text.trim()
  const read = pem.startsWith('-----BEGIN PUBLIC KEY-----')
    ? 'importSPKI'
    : pem.startsWith('-----BEGIN CERTIFICATE-----')
      ? 'importX509'
      : undefined
  if (read === undefined) return undefined
  return {
    kid: undefined,
    fits: (name) => (algorithmFacts(name)?.kty ?? 'oct') !== 'oct',
    load: once(async (name) => (await jose())[read](pem, name)),
  }
}

function once<T>(make: (alg: string) => Promise<T>): (alg: string) => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return (alg) => {
    const present = made.get(alg) ?? make(alg)
    made.set(alg, present)
    return present
  }
}
