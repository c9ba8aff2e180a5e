/** How a good token, or something that looks like one, is presented so that it must not count. */
export interface HostileRequest {
  readonly name: string
  readonly query?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly code: 'identity_invalid' | 'identity_required'
  /** `error` of the challenge. */
  readonly error?: 'invalid_token' | 'invalid_request'
}

/** @param token a token that would be accepted  @param key an API key that would be accepted */
export function hostileRequests(token: string, key: string): readonly HostileRequest[] {
  const invalid = (name: string, headers: HostileRequest['headers'], error: HostileRequest['error'] = 'invalid_token'): HostileRequest => ({
    name,
    headers,
    code: 'identity_invalid',
    error,
  })
  const absent = (name: string, headers: HostileRequest['headers'], query = ''): HostileRequest => ({
    name,
    headers,
    query,
    code: 'identity_required',
  })
  const good = ['authorization', `Bearer ${token}`] as const
  return [
    { ...invalid('query: access_token', [], 'invalid_request'), query: `access_token=${token}` },
    { ...invalid('query: access_token beside a good header', [good], 'invalid_request'), query: `a=1&access_token=${token}` },
    { ...invalid('query: access_token, percent-encoded', [good], 'invalid_request'), query: `access%5Ftoken=${token}` },
    { ...invalid('query: Access_Token', [good], 'invalid_request'), query: `Access_Token=${token}` },
    absent('query: token', [], `token=${token}`),
    absent('query: an API key', [], `x-api-key=${key}&api_key=${key}`),
    absent('cookie: the token', [['cookie', `access_token=${token}; token=${token}`]]),
    absent('header: Proxy-Authorization', [['proxy-authorization', `Bearer ${token}`]]),
    absent('header: X-Access-Token', [['x-access-token', token]]),
    absent('header: X-Authorization', [['x-authorization', `Bearer ${token}`]]),
    absent('header: HTTP_AUTHORIZATION', [['http_authorization', `Bearer ${token}`]]),
    invalid('twice: two Authorization fields', [good, good], 'invalid_request'),
    invalid('twice: a good field after a bad one', [['authorization', 'Bearer x'], good], 'invalid_request'),
    invalid('twice: a list in one field', [['authorization', `Bearer ${token}, Bearer ${token}`]], 'invalid_request'),
    invalid('twice: a token and an API key', [good, ['x-api-key', key]], 'invalid_request'),
    invalid('twice: two API keys', [
      ['x-api-key', key],
      ['x-api-key', key],
    ]),
    invalid('scheme: none', [['authorization', token]], 'invalid_request'),
    invalid('scheme: Basic', [['authorization', `Basic ${token}`]]),
    invalid('scheme: Token', [['authorization', `Token ${token}`]]),
    invalid('scheme: JWT', [['authorization', `JWT ${token}`]]),
    invalid('scheme: DPoP for a token without a key', [['authorization', `DPoP ${token}`]]),
    invalid('scheme: Bearer alone', [['authorization', 'Bearer']], 'invalid_request'),
    invalid('scheme: Bearer without a space', [['authorization', `Bearer${token}`]], 'invalid_request'),
    invalid('scheme: Bearer and a tab', [['authorization', `Bearer\t${token}`]], 'invalid_request'),
    invalid('scheme: Bearer twice', [['authorization', `Bearer Bearer ${token}`]], 'invalid_request'),
    invalid('scheme: Bearer with a colon', [['authorization', `Bearer: ${token}`]], 'invalid_request'),
    invalid('scheme: Bearer with a parameter', [['authorization', `Bearer token="${token}"`]]),
    invalid('token: quoted', [['authorization', `Bearer "${token}"`]]),
    invalid('token: undefined', [['authorization', 'Bearer undefined']]),
    invalid('token: null', [['authorization', 'Bearer null']]),
    invalid('token: [object Object]', [['authorization', 'Bearer [object Object]']], 'invalid_request'),
    invalid('token: something after it', [['authorization', `Bearer ${token} admin`]], 'invalid_request'),
    invalid('token: not ASCII', [['authorization', `Bearer ${token}\u00e9`]], 'invalid_request'),
    absent('claimed: X-Aztp-ID', [['x-aztp-id', 'aztp://aztp.network/workload/production/node/admin']]),
    absent('claimed: X-Forwarded-User', [['x-forwarded-user', 'admin']]),
    absent('claimed: Remote-User', [['remote-user', 'admin']]),
    absent('claimed: X-SPIFFE-ID', [['x-spiffe-id', 'spiffe://mcp.test/admin']]),
    absent('claimed: X-Forwarded-Client-Cert', [['x-forwarded-client-cert', `Hash=${'a'.repeat(64)}`]]),
    absent('claimed: X-MS-Client-Principal', [['x-ms-client-principal', 'eyJhdXRoX3R5cCI6ImFhZCJ9']]),
    absent('claimed: Cf-Access-Jwt-Assertion', [['cf-access-jwt-assertion', token]]),
    absent('claimed: a session id', [['mcp-session-id', 'session-of-alice']]),
  ]
}
