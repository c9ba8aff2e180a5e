/**
 * What identity costs per request: `npx tsx bench/identity.ts [rounds]`.
 *
 * Variants run interleaved, each round a few hundred calls; printed are medians in microseconds and ratios within the same run, since absolute
 * figures move with the machine. Every call's answer is looked at, so that nothing is optimised away.
 */
import { type CryptoKey, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { createEngine } from '../src/core/engine/engine.ts'
import type { Guard } from '../src/core/guard.ts'
import { HeaderView } from '../src/core/http.ts'
import { identityGuard } from '../src/guards/identity.ts'
import { apiKey, generateApiKey, jwt, type Presented, registry, type Verifier } from '../src/identity/index.ts'
import { memoryStore } from '../src/store/memory.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const rounds = Number(process.argv[2] ?? 15)
const callsPerRound = 200
const clock = { now: () => Date.now() }
const store = memoryStore()
const { signal } = new AbortController()

const presented = (token: string, headers: [string, string][] = []): Presented => ({
  scheme: headers.length > 0 ? undefined : 'bearer',
  token: headers.length > 0 ? undefined : token,
  request: { method: 'POST', path: '/mcp', query: '', headers: new HeaderView(headers) },
  resource: audience,
  clientCertificate: undefined,
  clock,
  store,
  signal,
})

interface Variant {
  readonly name: string
  readonly samples: number[]
  run(call: number): unknown
}

const variants: Variant[] = []
const add = (name: string, run: (call: number) => unknown) => variants.push({ name, run, samples: [] })

async function sign(alg: string, key: CryptoKey, jti: number): Promise<string> {
  return new SignJWT({ scope: 'read write', client_id: 'app', jti: String(jti) })
    .setProtectedHeader({ alg, kid: alg, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}

const asks = (verifier: Verifier, token: (call: number) => string) => (call: number) => {
  const shape = presented(token(call))
  return verifier.recognises(shape) ? verifier.verify(shape) : undefined
}

for (const alg of ['EdDSA', 'ES256', 'RS256']) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' }] }
  const token = await sign(alg, privateKey, 0)
  add(`${alg} jose jwtVerify alone`, () => jwtVerify(token, publicKey, { issuer, audience }).then(() => ({ ok: true })))
  add(
    `${alg} jwt() without cache`,
    asks(jwt({ issuer, audience, jwks, cache: { ttlMs: 0 } }), () => token),
  )
  add(
    `${alg} jwt() with cache`,
    asks(jwt({ issuer, audience, jwks }), () => token),
  )
}

const keys = Array.from({ length: 100 }, (_, i) => ({ ...generateApiKey(), id: `k${i}`, principal: `p${i}` }))
const keyVerifier = apiKey({ keys: keys.map(({ id, hash, principal }) => ({ id, hash, principal })) })
add('apiKey() of 100 keys', () => {
  const shape = presented('', [['x-api-key', keys[50]!.key]])
  return keyVerifier.recognises(shape) ? keyVerifier.verify(shape) : undefined
})

const local = registry()
const { aztpId } = await local.issueIdentity('planner')
const identityToken = await local.signToken(aztpId, { ttlMs: 3_600_000 })
add(
  'registry(), status looked up every time',
  asks(local, () => identityToken),
)

// The whole guard, as an engine runs it: headers taken apart, client-sent identity headers looked for, verifier chosen, caller attached.
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const guardToken = await sign('ES256', privateKey as CryptoKey, 0)
const pairs = [
  ['host', 'mcp.test'],
  ['user-agent', 'bench'],
  ['accept', 'application/json, text/event-stream'],
  ['content-type', 'application/json'],
  ['content-length', '120'],
  ['authorization', `Bearer ${guardToken}`],
] as const
const engineWith = (guards: readonly Guard[]) =>
  createEngine({ guards, observers: [], mode: 'normal', clock, isMcpPath: () => false, skips: () => false, exposeFindings: false })
for (const [name, guards] of [
  ['exchange without identity', []],
  [
    'exchange with identityGuard, token known',
    [identityGuard({ verifiers: [jwt({ issuer, audience, keys: publicKey })], resource: audience })],
  ],
] as const) {
  const engine = engineWith(guards)
  add(name, () => {
    const exchange = engine.open({ method: 'POST', path: '/mcp', query: '', headers: new HeaderView(pairs) }, signal)
    const reply = exchange.begin()
    return reply instanceof Promise ? reply.then((late) => ({ ok: late === undefined })) : { ok: reply === undefined }
  })
}

for (let round = -2; round < rounds; round++) {
  for (const variant of variants) {
    const start = performance.now()
    for (let call = 0; call < callsPerRound; call++) {
      const answer = variant.run(call)
      const result = (answer instanceof Promise ? await answer : answer) as { ok?: boolean } | undefined
      if (result?.ok !== true) throw new Error(`${variant.name}: not accepted`)
    }
    // The first two rounds warm up.
    if (round >= 0) variant.samples.push(((performance.now() - start) * 1000) / callsPerRound)
  }
}

const median = (samples: number[]): number => samples.sort((a, b) => a - b)[samples.length >> 1] as number
const figures = new Map(variants.map(({ name, samples }) => [name, median(samples)]))
const row = (name: string, us: number, ratio: string) => console.log(`${name.padEnd(44)}${us.toFixed(2).padStart(10)} us  ${ratio}`)

console.log(`identity, ${process.version}, median of ${rounds} rounds of ${callsPerRound} calls\n`)
for (const [name, us] of figures) {
  const alg = name.split(' ')[0] as string
  const base = figures.get(`${alg} jose jwtVerify alone`)
  row(name, us, base === undefined ? '' : `${(us / base).toFixed(3)} x jose`)
}
