import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { decodeBase64url, encodeBase64url } from '../lib/base64url.ts'
import { canonicalHash, canonicalJson } from '../lib/canonical-json.ts'
import { own } from '../lib/json-object.ts'
import { lazily } from '../lib/lazily.ts'
import type { Store } from '../store/store.ts'
import type { PolicyRequest } from './pdp.ts'
import type { ApprovalVerifier } from './tool-policy.ts'

/** Ed25519 keys as JWK or CryptoKey. Only whoever issues needs the private one. */
export interface ApprovalKeys {
  readonly publicKey: CryptoKey | JsonWebKey
  readonly privateKey?: CryptoKey | JsonWebKey | undefined
}

export interface ApprovalsOptions {
  /** A secret of at least 32 bytes for HMAC-SHA-256, or Ed25519 keys. It fixes the algorithm; a token never chooses. */
  readonly key: string | Uint8Array | ApprovalKeys
  /** Where used approvals are remembered. With a store that is not shared, an approval holds only in the process that issued it. */
  readonly store: Store
  /** How long an approval holds. Default 300,000. */
  readonly ttlMs?: number | undefined
  readonly clock?: Clock | undefined
}

/** What a person approves: this caller, this operation, exactly these arguments, once. */
export interface ApprovalGrant {
  /** `Principal.id`. */
  readonly principal: string
  readonly tool: string
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
}

export interface Approvals extends ApprovalVerifier {
  /** Signs an approval. Call it where a person said yes, never where a model can. */
  issue(grant: ApprovalGrant): Promise<string>
}

interface Signer {
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  verify(signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>
}

const encoder = new TextEncoder()
const maxTokenChars = 2_048

/**
 * Signed one-time approvals. A call presents its approval in `params._meta["safe-mcp/approval"]`, on plain routes in the header
 * `safe-mcp-approval`.
 *
 * An approval is bound to tool, arguments (hash of their canonical JSON), principal and expiry, and the store lets it be used once,
 * whichever process sees it.
 *
 * @throws SafeMcpConfigError for a secret shorter than 32 bytes.
 */
export function createApprovals(options: ApprovalsOptions): Approvals {
  const { store, ttlMs = 300_000, clock = systemClock } = options
  const signer = createSigner(options.key)
  // Drawn when it is first needed: Workers draw no random numbers while they start.
  let drawn: string | undefined
  const placeOf = (): string | undefined => (store.shared ? undefined : (drawn ??= crypto.randomUUID()))

  return {
    async issue({ principal, tool, arguments: args = {} }) {
      if (principal === '' || tool === '') throw new TypeError('an approval needs a principal and a tool')
      const place = placeOf()
      const claims = {
        v: 1,
        id: crypto.randomUUID(),
        sub: principal,
        tool,
        args: await canonicalHash(args),
        exp: clock.now() + ttlMs,
        ...(place && { place }),
      }
      const payload = encodeBase64url(encoder.encode(canonicalJson(claims)))
      const signature = new Uint8Array(await signer.sign(encoder.encode(payload)))
      return `${payload}.${encodeBase64url(signature)}`
    },

    async redeem(token, request) {
      const claims = await open(token, signer)
      if (claims === undefined || own(claims, 'v') !== 1 || own(claims, 'place') !== placeOf()) return false
      const now = clock.now()
      const expires = own(claims, 'exp')
      if (typeof expires !== 'number' || !(now < expires && expires <= now + ttlMs)) return false
      if (!(await fits(claims, request))) return false
      const id = own(claims, 'id')
      if (typeof id !== 'string') return false
      // Exactly one of all callers, in all processes, finds the place empty.
      return store.compareAndSet(`approval:${id}`, undefined, 'used', expires - now + 1_000)
    },
  }
}

async function fits(claims: unknown, { subject, resource, context }: PolicyRequest): Promise<boolean> {
  if (subject.type === 'anonymous' || own(claims, 'sub') !== subject.id) return false
  if (resource.type !== 'tool' || own(claims, 'tool') !== resource.id || context.arguments === undefined) return false
  return own(claims, 'args') === (await canonicalHash(context.arguments))
}

async function open(token: string, signer: Signer): Promise<unknown> {
  const [payload, signature, ...rest] = token.length > maxTokenChars ? [] : token.split('.')
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined
  try {
    const bytes = decodeBase64url(signature)
    if (
      bytes === undefined ||
      encodeBase64url(bytes) !== signature ||
      !(await signer.verify(new Uint8Array(bytes), encoder.encode(payload)))
    )
      return undefined
    const text = decodeBase64url(payload)
    return text === undefined ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch {
    return undefined
  }
}

function createSigner(key: ApprovalsOptions['key']): Signer {
  if (typeof key === 'string' || key instanceof Uint8Array) return hmac(typeof key === 'string' ? encoder.encode(key) : key)
  if (typeof key !== 'object' || key === null || key.publicKey === undefined) throw fault('key', 'must be a secret or Ed25519 keys')
  const publicKey = lazily(() => importKey(key.publicKey, 'verify'))
  const privateKey = lazily(() =>
    key.privateKey === undefined ? Promise.reject(new TypeError('no private key to sign with')) : importKey(key.privateKey, 'sign'),
  )
  return {
    sign: async (bytes) => crypto.subtle.sign('Ed25519', await privateKey(), bytes),
    verify: async (signature, bytes) => crypto.subtle.verify('Ed25519', await publicKey(), signature, bytes),
  }
}

function hmac(secret: Uint8Array): Signer {
  if (secret.length < 32) throw fault('key', 'must be at least 32 bytes')
  const bytes = new Uint8Array(secret)
  const key = lazily(() => crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']))
  return {
    sign: async (data) => crypto.subtle.sign('HMAC', await key(), data),
    verify: async (signature, data) => crypto.subtle.verify('HMAC', await key(), signature, data),
  }
}

function importKey(key: CryptoKey | JsonWebKey, use: 'sign' | 'verify'): Promise<CryptoKey> {
  return 'kty' in key ? crypto.subtle.importKey('jwk', key, 'Ed25519', false, [use]) : Promise.resolve(key as CryptoKey)
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: `approvals.${path}`, message: `${message}.` })
}
