import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Makes tokens by hand, since no library would make these. */
export interface Forge {
  readonly es: SigningPair
  readonly rs: SigningPair
  readonly ed: SigningPair
  /** Keys the issuer never had. */
  readonly attacker: SigningPair
  /** An address nobody may ever call. */
  readonly trap: string
  readonly issuer: string
  readonly audience: string
}

export interface SigningPair {
  readonly alg: string
  readonly kid: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly jwk: Record<string, unknown>
}

export type Claims = Record<string, unknown>

export function pair(alg: 'ES256' | 'RS256' | 'EdDSA', kid: string): SigningPair {
  const keys =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519')
  return { alg, kid, ...keys, jwk: { ...keys.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

export const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url')
export const json = (value: unknown): string => b64(JSON.stringify(value))

/** Claims of a token that would be accepted. */
export const goodClaims = (forge: Forge, changes: Claims = {}): Claims => {
  const now = Math.floor(Date.now() / 1000)
  return { iss: forge.issuer, aud: forge.audience, sub: 'alice', iat: now, exp: now + 600, scope: 'read', ...changes }
}

/** Raw signature of a signing input. */
export function signRaw(alg: string, input: string, key: KeyObject): Buffer {
  const data = Buffer.from(input)
  if (alg.startsWith('ES')) return sign(`sha${alg.slice(2)}`, data, { key, dsaEncoding: 'ieee-p1363' })
  if (alg.startsWith('RS')) return sign(`sha${alg.slice(2)}`, data, key)
  if (alg.startsWith('PS')) return sign(`sha${alg.slice(2)}`, data, { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 })
  return sign(null, data, key)
}

/** A token of three encoded parts, signed as its pair signs. */
export function forgeParts(header: string, payload: string, by: SigningPair, alg = by.alg): string {
  const input = `${header}.${payload}`
  return `${input}.${b64(signRaw(alg, input, by.privateKey))}`
}

/** A token with these header members and claims, really signed by `by`. */
export function forged(forge: Forge, by: SigningPair, header: Claims = {}, claims: Claims = {}): string {
  return forgeParts(json({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header }), json(goodClaims(forge, claims)), by)
}

/** Signed with HMAC under whatever an attacker takes for the secret. */
export function hmacToken(forge: Forge, alg: string, secret: string | Uint8Array, header: Claims = {}): string {
  const input = `${json({ alg, typ: 'JWT', ...header })}.${json(goodClaims(forge))}`
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}
