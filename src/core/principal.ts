/** The authenticated caller. It exists only after a verifier accepted a credential. */
export interface Principal {
  /** Stable id, unique across providers: what policy, limits and audit are keyed by. */
  readonly id: string
  readonly kind: 'user' | 'agent' | 'service'
  /** Which verifier vouched for it: `jwt`, `api-key`, `spiffe`, `introspection`, `aztp`, `registry`, ... */
  readonly provider: string
  readonly issuer?: string | undefined
  readonly subject: string
  readonly scopes: readonly string[]
  readonly attributes: Readonly<Record<string, unknown>>
  /** Verified delegation, outermost actor first (RFC 8693 `act`). */
  readonly chain: readonly string[]
  /** Unix time in milliseconds after which the credential no longer holds. */
  readonly expiresAt?: number | undefined
  /** How the caller proved itself: a bearer secret, or possession of a key. */
  readonly assurance: 'bearer' | 'proof-of-possession'
  readonly aztpId?: string | undefined
  readonly trustDomain?: string | undefined
}

/** What the official MCP SDKs expect at `req.auth` / `authInfo`. `expiresAt` is in seconds, as there. */
export interface AuthInfo {
  readonly token: string
  readonly clientId: string
  readonly scopes: string[]
  readonly expiresAt?: number
  readonly resource?: URL
  readonly extra?: Record<string, unknown>
}

/** One component of a chain, after it was looked up and verified. */
export interface ComponentReport {
  readonly id: string
  readonly status: string
  readonly valid: boolean
  readonly aztpId?: string | undefined
  readonly identityType: string
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  /** ISO 8601. */
  readonly verifiedAt: string
  readonly securityLevel: 'SECURE' | 'INSECURE'
  readonly reason?: string | undefined
}

/** Verdict on a whole component chain. */
export interface ChainReport {
  readonly valid: boolean
  readonly components: readonly ComponentReport[]
  /** 100 x valid components / all components; 0 for an empty chain. */
  readonly score: number
  /** ISO 8601. */
  readonly verifiedAt: string
}
