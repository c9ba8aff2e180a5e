import type { RequestFacts } from '../core/http.ts'

export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly scheme: string; readonly token: string }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Longest credential looked at, in characters. Node caps all headers together at 16 KiB. */
export const maxCredentialLength = 8192

/**
 * Takes `Authorization` apart (RFC 9110 section 11.4): one field, one scheme, one space or more, one token68-like credential.
 *
 * Refused rather than repaired: a second field or a comma (two parties may read different halves), control characters, white space
 * inside the credential, more than 8,192 characters.
 */
export function readAuthorization(request: RequestFacts): Authorization {
  const field = request.headers.single('authorization')
  if (field === undefined) return { kind: 'none' }
  if (field === 'conflict') return { kind: 'malformed', reason: 'more than one Authorization value' }
  const { value } = field
  if (value.length > maxCredentialLength) return { kind: 'malformed', reason: 'Authorization is too long' }
  const space = value.indexOf(' ')
  const scheme = space < 0 ? value : value.slice(0, space)
  let from = space < 0 ? value.length : space
  while (value.charCodeAt(from) === 0x20) from++
  const token = value.slice(from)
  if (!isScheme(scheme) || token === '' || !isVisible(token)) return { kind: 'malformed', reason: 'Authorization is malformed' }
  return { kind: 'one', scheme: scheme.toLowerCase(), token }
}

/** True for printable ASCII without the space. */
export function isVisible(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x21 || code > 0x7e) return false
  }
  return text !== ''
}

function isScheme(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20
    if ((code < 0x61 || code > 0x7a) && text[i] !== '-' && (code < 0x30 || code > 0x39)) return false
  }
  return text !== '' && text.length <= 32
}

/**
 * True when the query carries `access_token` (RFC 6750 section 2.3). Such a token ends up in logs, histories and Referer;
 * MCP and OAuth 2.1 forbid it, so the request is refused even when another credential is good.
 */
export function hasTokenInQuery(query: string): boolean {
  if (query === '' || !/[aA%]/.test(query)) return false
  for (const pair of query.split('&')) {
    const end = pair.indexOf('=')
    const key = end < 0 ? pair : pair.slice(0, end)
    if (key.length <= 64 && decodeKey(key) === 'access_token') return true
  }
  return false
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' ')).toLowerCase()
  } catch {
    return key
  }
}

/** True for a CORS preflight: it never carries a credential, and a browser stops when it is refused. One with a body is no preflight. */
export function isPreflight(request: RequestFacts): boolean {
  const { headers } = request
  return (
    request.method === 'OPTIONS' &&
    headers.has('origin') &&
    headers.has('access-control-request-method') &&
    !headers.has('transfer-encoding') &&
    !headers.has('content-type') &&
    (headers.get('content-length') ?? '0') === '0'
  )
}
