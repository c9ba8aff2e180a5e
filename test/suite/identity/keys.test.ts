import { jwt } from 'safe-mcp/identity'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { type KeyServer, type KeyServerMode, startKeyServer } from '../../standins/key-server.ts'
import { type Forge, forged, pair, type SigningPair } from './forge.ts'
import { harnesses } from './harnesses.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const [first, second] = [pair('ES256', 'key-1'), pair('ES256', 'key-2')] as const
const forge = { issuer, audience } as Forge
const faults: readonly KeyServerMode[] = [
  'status-500',
  'status-404',
  'garbage',
  'html',
  'empty-set',
  'null',
  'redirect',
  'silent',
  'half',
  'endless',
  'reset',
]

/** Time that moves when told, so that ages and cooldowns take no waiting. */
function movableClock() {
  let offset = 0
  return { now: () => Date.now() + offset, tick: (ms: number) => void (offset += ms) }
}

describe.each(harnesses)('keys behind a URL, on $name', (harness) => {
  let keyServer: KeyServer
  let app: RunningApp
  let clock: ReturnType<typeof movableClock>
  let handled: number

  beforeEach(async () => {
    keyServer = await startKeyServer([first.jwk])
    clock = movableClock()
    handled = 0
    const verifier = jwt({
      issuer,
      audience,
      jwksUrl: keyServer.jwksUrl,
      timeoutMs: 500,
      cooldownMs: 30_000,
      maxAgeMs: 600_000,
      staleMs: 3_600_000,
    })
    app = await harness.start({
      options: { audit: false, clock, identity: { verifiers: [verifier] } },
      routes: [
        {
          path: '/',
          handler: () => {
            handled++
            return { json: {} }
          },
        },
      ],
    })
  })
  afterEach(() => Promise.all([app.close(), keyServer.close()]))

  let serial = 0
  /** A token nobody has seen yet, so that no cache answers for it. */
  const fresh = (by: SigningPair) => {
    const now = Math.floor(clock.now() / 1000)
    return forged(forge, by, {}, { jti: String(++serial), iat: now, exp: now + 600 })
  }
  const send = async (token: string) => {
    const response = await app.fetch('/', { headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    return response
  }

  it('are fetched once however many callers wait', async () => {
    const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await send(fresh(first))).status))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(keyServer.requests).toHaveLength(1)
  })

  it('are fetched again for a new key id once the cooldown allows, and the old key is gone with the old set', async () => {
    const old = fresh(first)
    expect((await send(old)).status).toBe(200)
    keyServer.keys = [second.jwk]
    expect((await send(fresh(second))).status).toBe(401)
    clock.tick(30_000)
    expect((await send(fresh(second))).status).toBe(200)
    // Also what the old key signed and the cache knows: the key may have been withdrawn.
    expect((await send(old)).status).toBe(401)
    expect(keyServer.requests).toHaveLength(2)
  })

  it('are not fetched for every unknown key id', async () => {
    await send(fresh(first))
    for (let i = 0; i < 100; i++) expect((await send(fresh({ ...second, kid: `random-${i}` }))).status).toBe(401)
    expect(keyServer.requests).toHaveLength(1)
    expect((await send(fresh(first))).status).toBe(200)
  })

  it.each(faults)('keep working from the last good set while the server answers: %s', async (mode) => {
    expect((await send(fresh(first))).status).toBe(200)
    keyServer.mode = mode
    clock.tick(600_001)
    const started = Date.now()
    expect((await send(fresh(first))).status).toBe(200)
    expect(Date.now() - started).toBeLessThan(4000)
    clock.tick(3_000_000)
    const late = await send(fresh(first))
    expect(late.status).toBe(503)
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it.each(faults)('fail closed, soon and with a time to come back, when there never was a good set: %s', async (mode) => {
    keyServer.mode = mode
    const started = Date.now()
    const response = await send(fresh(first))
    expect(response.status).toBe(503)
    expect(Date.now() - started).toBeLessThan(4000)
    const wait = Number(response.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(30)
    expect(response.headers.get('www-authenticate')).toBeNull()
    // The cooldown counts from the attempt: nobody waits for the next one.
    for (let i = 0; i < 10; i++) expect((await send(fresh(first))).status).toBe(503)
    expect(keyServer.requests.filter((line) => line.includes('/jwks'))).toHaveLength(1)
    expect(keyServer.requests.some((line) => line.includes('/elsewhere'))).toBe(false)
    expect(handled).toBe(0)

    keyServer.mode = 'good'
    clock.tick(30_000)
    expect((await send(fresh(first))).status).toBe(200)
  })
})

describe('an issuer without a key address', () => {
  it('is asked for its metadata, and must name itself there', async () => {
    const keyServer = await startKeyServer([first.jwk])
    const verify = async (named: string) => {
      const app = await harnesses[0]!.start({
        options: { audit: false, identity: { verifiers: [jwt({ issuer: named, audience, timeoutMs: 500 })] } },
        routes: [{ path: '/', handler: () => ({ json: {} }) }],
      })
      const token = forged({ ...forge, issuer: named }, first)
      const { status } = await app.fetch('/', { headers: { authorization: `Bearer ${token}` } })
      await app.close()
      return status
    }
    expect(await verify(keyServer.url)).toBe(200)
    expect(await verify(`${keyServer.url}/tenant`)).toBe(503)
    await keyServer.close()
  })
})
