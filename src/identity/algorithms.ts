interface AlgorithmFacts {
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct'
  readonly crv?: string
  /** WebCrypto's name of the algorithm and, where it matters, of the hash. */
  readonly name: string
  readonly hash?: string
  /** Least key length in bytes of a shared secret (RFC 7518 section 3.2). */
  readonly minBytes?: number
}

/** Every signature algorithm we know. Anything else, `none` included, does not exist here. */
const known = new Map<string, AlgorithmFacts>([
  ['RS256', { kty: 'RSA', name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
  ['RS384', { kty: 'RSA', name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }],
  ['RS512', { kty: 'RSA', name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }],
  ['PS256', { kty: 'RSA', name: 'RSA-PSS', hash: 'SHA-256' }],
  ['PS384', { kty: 'RSA', name: 'RSA-PSS', hash: 'SHA-384' }],
  ['PS512', { kty: 'RSA', name: 'RSA-PSS', hash: 'SHA-512' }],
  ['ES256', { kty: 'EC', crv: 'P-256', name: 'ECDSA' }],
  ['ES384', { kty: 'EC', crv: 'P-384', name: 'ECDSA' }],
  ['ES512', { kty: 'EC', crv: 'P-521', name: 'ECDSA' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519', name: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519', name: 'Ed25519' }],
  ['HS256', { kty: 'oct', name: 'HMAC', hash: 'SHA-256', minBytes: 32 }],
  ['HS384', { kty: 'oct', name: 'HMAC', hash: 'SHA-384', minBytes: 48 }],
  ['HS512', { kty: 'oct', name: 'HMAC', hash: 'SHA-512', minBytes: 64 }],
])

/** Facts of a known signature algorithm (RFC 7518, RFC 8037, RFC 9864). */
export function algorithmFacts(alg: string): AlgorithmFacts | undefined {
  return known.get(alg)
}

/** The algorithms that need no shared secret: the default allow-list. */
export const asymmetricAlgorithms: readonly string[] = [...known].filter(([, facts]) => facts.kty !== 'oct').map(([alg]) => alg)

export function isSymmetric(alg: string): boolean {
  return known.get(alg)?.kty === 'oct'
}
