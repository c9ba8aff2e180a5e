import type { RequestFacts } from '../core/http.ts'
import { decodeBase64, decodeBase64url, encodeBase64url } from '../lib/base64url.ts'
import { sha256 } from '../lib/sha256.ts'

/** How a TLS-terminating proxy names the client's certificate. */
export interface ClientCertificateOptions {
  /** Lower-case name: `x-client-cert-sha256`, `client-cert`, `x-forwarded-client-cert`. The proxy must remove it from what clients send. */
  readonly header: string
  /**
   * `hash`: SHA-256 of the certificate, hexadecimal or base64url. `certificate`: the certificate as RFC 9440 (`:base64:`) or as URL-encoded PEM (nginx).
   * `xfcc`: Envoy's `x-forwarded-client-cert`, whose `Hash` is taken.
   */
  readonly format: 'hash' | 'certificate' | 'xfcc'
}

/** SHA-256 of the client's certificate in base64url (RFC 8705 `x5t#S256`); undefined when the header is absent, repeated or malformed. */
export function readClientCertificate(request: RequestFacts, options: ClientCertificateOptions): string | undefined {
  const field = request.headers.single(options.header.toLowerCase(), options.format === 'xfcc' ? 'allowed' : 'list')
  if (field === undefined || field === 'conflict' || field.value.length > 16_384) return undefined
  if (options.format === 'hash') return readHash(field.value)
  if (options.format === 'xfcc') return readXfcc(field.value)
  const der = readCertificate(field.value)
  return der === undefined ? undefined : encodeBase64url(sha256(der))
}

function readHash(text: string): string | undefined {
  const hex = text.replaceAll(':', '')
  if (/^[0-9a-fA-F]{64}$/.test(hex)) {
    return encodeBase64url(Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)))
  }
  return decodeBase64url(text)?.length === 32 ? text : undefined
}

/** One element only: with several, which proxy wrote which is a guess. */
function readXfcc(value: string): string | undefined {
  if (value.includes(',') || value.includes('"')) return undefined
  const hashes = value.split(';').filter((pair) => pair.slice(0, 5).toLowerCase() === 'hash=')
  return hashes.length === 1 ? readHash((hashes[0] as string).slice(5)) : undefined
}

function readCertificate(value: string): Uint8Array | undefined {
  if (value.startsWith(':') && value.endsWith(':') && value.length > 2) return decodeBase64(value.slice(1, -1))
  let pem: string
  try {
    pem = decodeURIComponent(value)
  } catch {
    return undefined
  }
  const begin = '-----BEGIN CERTIFICATE-----'
  const end = pem.indexOf('-----END CERTIFICATE-----')
  if (!pem.startsWith(begin) || end < 0) return undefined
  return decodeBase64(pem.slice(begin.length, end).replace(/[\r\n\t ]+/g, ''))
}
