import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** A login server in a nutshell: it signs access tokens and publishes its key. */
export interface Login {
  readonly issuer: string
  readonly audience: string
  readonly jwks: { readonly keys: readonly JWK[] }
  /** An access token for `ada` with these scopes, good for five minutes unless said otherwise. */
  issue(scopes: readonly string[], lifetime?: string): Promise<string>
}

export async function createLogin(audience: string): Promise<Login> {
  const issuer = 'https://login.example/'
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const key = { ...(await exportJWK(publicKey)), kid: 'demo', alg: 'ES256', use: 'sig' }
  return {
    issuer,
    audience,
    jwks: { keys: [key] },
    issue: (scopes, lifetime = '5 minutes') =>
      new SignJWT({ scope: scopes.join(' '), client_id: 'demo-client' })
        .setProtectedHeader({ alg: 'ES256', kid: 'demo', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('ada')
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(privateKey),
  }
}
