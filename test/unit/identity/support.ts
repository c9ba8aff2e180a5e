import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import type { Clock } from '../../../src/core/clock.ts'
import { createEngine } from '../../../src/core/engine/engine.ts'
import type { Exchange } from '../../../src/core/exchange.ts'
import type { Guard } from '../../../src/core/guard.ts'
import { HeaderView, type Reply, type RequestFacts, type ResponseHead } from '../../../src/core/http.ts'
import type { VerdictRecord } from '../../../src/core/observer.ts'
import { identityGuard } from '../../../src/guards/identity.ts'
import type { Presented, Verifier } from '../../../src/identity/verifier.ts'
import { memoryStore } from '../../../src/store/memory.ts'

export const issuer = 'https://login.test/'
export const audience = 'https://mcp.test/mcp'

/** A clock that stands still until it is moved. */
export function stoppedClock(start = Date.UTC(2026, 0, 1)): Clock & { tick(ms: number): void } {
  let now = start
  return { now: () => now, tick: (ms) => void (now += ms) }
}

export interface Signer {
  readonly alg: string
  readonly kid: string
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  /** Claims of a good access token, changed by `claims`; `undefined` removes one. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

export async function signer(alg: string, kid: string, clock: Clock): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return {
    alg,
    kid,
    publicKey,
    privateKey,
    jwk,
    sign(claims = {}, header = {}) {
      return new SignJWT(goodClaims(clock, claims) as JWTPayload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
    },
  }
}

export function goodClaims(clock: Clock, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(clock.now() / 1000)
  return { iss: issuer, aud: audience, sub: 'alice', iat: now, exp: now + 300, scope: 'read write', client_id: 'app', ...changes }
}

export interface RequestShape {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly remoteAddress?: string
}

export function facts(shape: RequestShape = {}): RequestFacts {
  const { method = 'POST', path = '/mcp', query = '', headers = {}, remoteAddress } = shape
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
  return { method, path, query, headers: new HeaderView(pairs as [string, string][]), remoteAddress }
}

export function presented(clock: Clock, shape: RequestShape & { scheme?: string; token?: string } = {}): Presented {
  return {
    scheme: shape.scheme ?? (shape.token === undefined ? undefined : 'bearer'),
    token: shape.token,
    request: facts(shape),
    resource: audience,
    clientCertificate: undefined,
    clock,
    store: memoryStore({ clock }),
    signal: new AbortController().signal,
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

export interface Rig {
  /** Runs a request up to the handler. */
  send(
    shape?: RequestShape,
  ): Promise<{ reply: Reply | undefined; exchange: Exchange; code: string | undefined; reason: string | undefined }>
}

/** An engine with guards, driven as an adapter would drive it. */
export function rig(guards: readonly Guard[], clock: Clock): Rig {
  return {
    async send(shape) {
      const verdicts: VerdictRecord[] = []
      const engine = createEngine({
        guards,
        observers: [{ name: 'spy', onVerdict: (record) => void verdicts.push(record) }],
        mode: 'monitor', // identity denies even here
        clock,
        isMcpPath: () => false,
        skips: () => false,
        exposeFindings: false,
      })
      const exchange = engine.open(facts(shape), new AbortController().signal)
      const reply = await exchange.begin()
      const denial = verdicts.find((verdict) => verdict.enforced)?.denial
      return { reply, exchange, code: denial?.code, reason: denial?.reason }
    },
  }
}

export const guarded = (verifiers: readonly Verifier[], clock: Clock, more: Partial<Parameters<typeof identityGuard>[0]> = {}): Rig =>
  rig([identityGuard({ verifiers, store: memoryStore({ clock }), ...more })], clock)

export const head = (status: number, headers: Record<string, string> = {}): ResponseHead => ({ status, headers: Object.entries(headers) })

export const headerOf = (reply: ResponseHead | undefined, name: string): string | undefined =>
  reply?.headers.find(([key]) => key.toLowerCase() === name)?.[1]
