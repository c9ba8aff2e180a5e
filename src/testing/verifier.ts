import { type Clock, systemClock } from '../core/clock.ts'
import { HeaderView } from '../core/http.ts'
import { readAuthorization } from '../identity/credential.ts'
import type { Presented, Verification, Verifier } from '../identity/verifier.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { memoryStore } from '../store/memory.ts'
import { assert, assertEqual, type ConformanceCase, conformanceCase } from './conformance.ts'

export interface VerifierConformanceOptions {
  readonly verifier: () => MaybePromise<Verifier>
  /** Request headers that carry a credential the verifier accepts: `{ authorization: 'Bearer ...' }`. Asked for anew in every case. */
  readonly accepted: () => MaybePromise<Readonly<Record<string, string>>>
  /** Canonical URI of the server. Default `https://mcp.example.com/mcp`. */
  readonly resource?: string | undefined
  readonly clock?: Clock | undefined
}

const oddCredentials = [
  '',
  'x',
  'null',
  'undefined',
  '..',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.',
  'eyJhbGciOiJub25lIn0.e30.AAAA',
  '__proto__',
  '%00',
  '../../etc/passwd',
  "' OR 1=1 --",
  '{"sub":"root"}',
  'A'.repeat(8192),
]

/**
 * What every `Verifier` must do.
 *
 * ```ts
 * for (const { name, run } of verifierConformance({ verifier, accepted: () => ({ authorization: `Bearer ${token}` }) })) test(name, run)
 * ```
 */
export function verifierConformance(options: VerifierConformanceOptions): ConformanceCase[] {
  const verify = async (headers: Readonly<Record<string, string>>): Promise<Verification | 'not recognised'> => {
    const verifier = await options.verifier()
    const presented = present(headers, options)
    return verifier.recognises(presented) ? verifier.verify(presented) : 'not recognised'
  }
  const accept = async () => {
    const result = await verify(await options.accepted())
    if (result === 'not recognised' || !result.ok)
      throw new Error(`The good credential is not accepted: ${result === 'not recognised' ? result : result.reason}`)
    return result
  }

  return [
    conformanceCase('a request that presents nothing is not recognised', async () => {
      assertEqual(await verify({}), 'not recognised', 'verify')
      assertEqual(await verify({ 'x-forwarded-user': 'root', cookie: 'token=x', 'x-aztp-id': 'aztp://a/b' }), 'not recognised', 'verify')
    }),
    conformanceCase('a good credential gives a whole principal, and an AuthInfo that says the same', async () => {
      const { principal, authInfo } = await accept()
      for (const name of ['id', 'provider', 'subject'] as const) assert(principal[name] !== '', `principal.${name} is empty`)
      assert(['user', 'agent', 'service'].includes(principal.kind), 'principal.kind is not one of the three')
      assert(['bearer', 'proof-of-possession'].includes(principal.assurance), 'principal.assurance is not one of the two')
      assert(principal.expiresAt === undefined || principal.expiresAt > 1e11, 'principal.expiresAt is in milliseconds')
      assert(authInfo.expiresAt === undefined || authInfo.expiresAt < 1e11, 'authInfo.expiresAt is in seconds')
      assertEqual(authInfo.scopes, principal.scopes, 'authInfo.scopes')
      assert(authInfo.token !== '' && authInfo.clientId !== '', 'authInfo lacks its token or client')
    }),
    conformanceCase('the same credential gives the same principal again', async () => {
      const [first, second] = [await accept(), await accept()]
      assertEqual(second.principal.id, first.principal.id, 'principal.id')
    }),
    conformanceCase('odd credentials are refused or left to others, without an exception', async () => {
      const places = Object.keys(await options.accepted())
      for (const odd of oddCredentials) {
        for (const name of places) {
          const result = await verify({ [name]: name === 'authorization' ? `Bearer ${odd}` : odd })
          assert(result === 'not recognised' || !result.ok, `the credential ${JSON.stringify(odd.slice(0, 40))} was accepted`)
        }
      }
    }),
    conformanceCase('a good credential with its end cut off or changed is not accepted', async () => {
      const good = await options.accepted()
      for (const [name, value] of Object.entries(good)) {
        for (const changed of [value.slice(0, -1), `${value}A`, `${value.slice(0, -4)}AAAA`]) {
          if (changed === value) continue
          const result = await verify({ ...good, [name]: changed })
          assert(result === 'not recognised' || !result.ok, `a changed ${name} was accepted`)
        }
      }
    }),
    conformanceCase('the reason of a refusal never repeats the credential', async () => {
      const good = await options.accepted()
      const secret = 'conformance-secret-8f4a'
      for (const name of Object.keys(good)) {
        const result = await verify({ ...good, [name]: name === 'authorization' ? `Bearer ${secret}` : secret })
        if (result !== 'not recognised' && !result.ok) assert(!result.reason.includes(secret), 'the reason repeats the credential')
      }
    }),
  ]
}

function present(headers: Readonly<Record<string, string>>, options: VerifierConformanceOptions): Presented {
  const { clock = systemClock, resource = 'https://mcp.example.com/mcp' } = options
  const path = new URL(resource).pathname
  const request = { method: 'POST', path, query: '', headers: new HeaderView(Object.entries(headers)) }
  const authorization = readAuthorization(request)
  const { scheme, token } = authorization.kind === 'one' ? authorization : { scheme: undefined, token: undefined }
  return {
    scheme,
    token,
    request,
    resource,
    clientCertificate: undefined,
    clock,
    store: memoryStore({ clock }),
    signal: new AbortController().signal,
  }
}
