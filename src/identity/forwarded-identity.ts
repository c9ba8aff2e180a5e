/**
 * Headers in which proxies tell a server who the caller is. Coming from the caller itself they are lies: a handler or a service behind it may
 * believe them. Names are compared in lower case with `_` read as `-`, since CGI-like servers cannot tell the two apart (CVE-2025-64484).
 */
const names = new Set([
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-groups',
  'x-forwarded-preferred-username',
  'x-forwarded-access-token',
  'x-forwarded-client-cert',
  'x-user',
  'x-user-id',
  'x-user-email',
  'x-user-name',
  'x-user-role',
  'x-user-roles',
  'x-username',
  'x-userid',
  'x-role',
  'x-roles',
  'x-scopes',
  'x-principal',
  'x-principal-id',
  'x-subject',
  'x-identity',
  'x-agent-id',
  'x-authenticated-user',
  'x-authenticated-userid',
  'x-authenticated-scope',
  'x-authenticated-groups',
  'x-credential-identifier',
  'x-consumer-id',
  'x-consumer-username',
  'x-consumer-custom-id',
  'x-anonymous-consumer',
  'x-webauth-user',
  'x-webauth-email',
  'x-webauth-role',
  'x-jwt-assertion',
  'x-jwt-payload',
  'x-goog-iap-jwt-assertion',
  'x-user-access-token',
  'cf-access-jwt-assertion',
  'cf-access-authenticated-user-email',
  'remote-user',
  'remote-email',
  'remote-groups',
  'remote-name',
  'x-remote-user',
  'x-remote-group',
  'x-spiffe-id',
  'x-client-cert',
  'x-client-dn',
  'x-client-verify',
  'client-cert',
  'client-cert-chain',
  'x-ssl-cert',
])

const prefixes = [
  'x-aztp-',
  'x-auth-request-',
  'x-authenticated-user-',
  'x-remote-extra-',
  'x-goog-authenticated-user-',
  'x-ms-client-principal',
  'x-amzn-oidc-',
  'x-ssl-client-',
  'x-client-cert-',
  'ssl-client-',
  'tailscale-user-',
  'x-pomerium-',
  'x-safe-mcp-',
]

/** Answers for names seen before. Bounded, since senders choose the names. */
const known = new Map<string, boolean>()
const maxKnown = 512

/** True for a header that claims an identity. Lower-case name. */
export function claimsIdentity(name: string): boolean {
  const answer = known.get(name)
  if (answer !== undefined) return answer
  const canonical = name.replaceAll('_', '-')
  const claims = names.has(canonical) || prefixes.some((prefix) => canonical.startsWith(prefix))
  if (known.size < maxKnown && name.length <= 64) known.set(name, claims)
  return claims
}
