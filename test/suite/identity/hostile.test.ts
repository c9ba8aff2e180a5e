import { request } from 'node:http'
import { apiKey, generateApiKey, jwt } from 'safe-mcp/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KeyServer, startKeyServer } from '../../standins/key-server.ts'
import { type Forge, forged, pair } from './forge.ts'
import { harnesses } from './harnesses.ts'
import { hostileRequests } from './hostile-requests.ts'
import { hostileTokens } from './hostile-tokens.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const [es, rs, ed, attacker] = [pair('ES256', 'es-1'), pair('RS256', 'rs-1'), pair('EdDSA', 'ed-1'), pair('ES256', 'evil-1')]
const { key, hash } = generateApiKey()
const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: {} } })

let keyServer: KeyServer
let trap: KeyServer
let forge: Forge

beforeAll(async () => {
  const others = [
    { kty: 'oct', kid: 'oct-1', alg: 'HS256', k: Buffer.alloc(32, 7).toString('base64url') },
    { ...es.jwk, kid: 'enc-1', use: 'enc', alg: 'ECDH-ES' },
    { kty: 'XYZ', kid: 'odd-1' },
    null,
  ]
  keyServer = await startKeyServer([...others, es.jwk, rs.jwk, ed.jwk] as object[])
  trap = await startKeyServer([attacker.jwk])
  forge = { es, rs, ed, attacker, issuer, audience, trap: trap.url }
})

afterAll(() => Promise.all([keyServer.close(), trap.close()]))

it('names at least eighty hostile tokens and requests, each once', () => {
  const names = [...hostileTokens.map(([name]) => name), ...hostileRequests('t', 'k').map(({ name }) => name)]
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(80)
})

describe.each(harnesses)('on $name', (harness) => {
  let handled = 0
  let app: Awaited<ReturnType<typeof harness.start>>

  beforeAll(async () => {
    const verifiers = [jwt({ issuer, audience, jwksUrl: keyServer.jwksUrl }), apiKey({ keys: [{ id: 'k', hash, principal: 'ci' }] })]
    app = await harness.start({
      options: { audit: false, identity: { verifiers, resource: audience } },
      routes: [
        {
          path: '/mcp',
          handler: ({ auth, safeMcp }) => {
            handled++
            return { json: { subject: safeMcp?.principal?.subject, clientId: auth?.clientId } }
          },
        },
      ],
    })
  })
  afterAll(() => app.close())

  const send = (headers: readonly (readonly [string, string])[], query = '') =>
    app.fetch(`/mcp${query === '' ? '' : `?${query}`}`, {
      method: 'POST',
      headers: [['content-type', 'application/json'], ['accept', 'application/json, text/event-stream'], ...headers] as [string, string][],
      body: call,
    })

  it('lets the good ones in, so that a refusal below means something', async () => {
    for (const by of [es, rs, ed]) {
      const response = await send([['authorization', `Bearer ${forged(forge, by)}`]])
      expect(await response.json()).toEqual({ subject: 'alice', clientId: 'alice' })
    }
    // What a token says about keys is ignored, not believed: with a good signature it changes nothing.
    const distracting = forged(forge, es, { jku: `${forge.trap}/jwks`, x5u: `${forge.trap}/x`, jwk: attacker.jwk })
    expect((await send([['authorization', `bearer  ${distracting}`]])).status).toBe(200)
    expect(await (await send([['x-api-key', key]])).json()).toEqual({ subject: 'ci', clientId: 'k' })
    expect(await (await send([['authorization', `Bearer ${key}`]])).json()).toEqual({ subject: 'ci', clientId: 'k' })
  })

  it.each(hostileTokens)('refuses %s', async (_, make) => {
    const before = handled
    const token = make(forge)
    const response = await send([['authorization', `Bearer ${token}`]])
    const body = await response.text()
    expect(response.status).toBe(401)
    expect(codeOf(body)).toBe('identity_invalid')
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer resource_metadata="https:\/\/mcp\.test\/\.well-known\/oauth-protected-resource\/mcp"/,
    )
    expect(body).not.toContain(token.slice(0, 40))
    expect(handled).toBe(before)
  })

  it('says the same to every hostile token: no oracle', async () => {
    const answers = new Set<string>()
    for (const [, make] of hostileTokens.slice(0, 140)) {
      const response = await send([['authorization', `Bearer ${make(forge)}`]])
      const body = (await response.text()).replace(/[0-9a-f-]{36}/g, 'ID')
      answers.add(`${response.status} ${response.headers.get('www-authenticate')} ${body}`)
    }
    expect([...answers].filter((answer) => !answer.includes('invalid_request'))).toHaveLength(1)
  })

  it.each(hostileRequests('TOKEN', 'KEY').map(({ name }, index) => [name, index] as const))('refuses %s', async (_, index) => {
    const before = handled
    const { headers, query, code, error } = hostileRequests(forged(forge, es), key)[index]!
    const response = await send(headers, query)
    expect(response.status).toBe(401)
    expect(codeOf(await response.text())).toBe(code)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge.startsWith('Bearer ')).toBe(true)
    if (error === undefined) expect(challenge).not.toContain('error=')
    else expect(challenge).toContain(`error="${error}"`)
    expect(handled).toBe(before)
  })
})

describe('a second Authorization field on the wire', () => {
  it.each(harnesses.filter(({ network }) => network))('is refused on $name, whichever of the two is good', async (harness) => {
    let handled = 0
    const app = await harness.start({
      options: { audit: false, identity: { verifiers: [jwt({ issuer, audience, jwksUrl: keyServer.jwksUrl })] } },
      routes: [
        {
          path: '/mcp',
          handler: () => {
            handled++
            return { status: 200 }
          },
        },
      ],
    })
    const good = `Bearer ${forged(forge, es)}`
    expect(await rawStatus(app.url, ['Authorization', good])).toBe(200)
    for (const [first, second] of [
      [good, good],
      [good, 'Bearer x'],
      ['Bearer x', good],
    ] as const) {
      expect(await rawStatus(app.url, ['Authorization', first, 'authorization', second])).toBe(401)
    }
    await app.close()
    expect(handled).toBe(1)
  })
})

it('made us call nobody but the key server, and that one rarely', () => {
  expect(trap.requests).toEqual([])
  // One attempt per verifier and cooldown, whatever the hundreds of unknown kids above wanted.
  expect(keyServer.requests.length).toBeLessThanOrEqual(2 * harnesses.length)
})

/** Status of a GET with exactly these raw headers: `fetch` would join repeated fields. */
function rawStatus(url: string, headers: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/mcp`, { method: 'GET', headers: ['Host', new URL(url).host, ...headers] }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

/** The stable code, wherever the form of the refusal puts it. */
function codeOf(text: string): string | undefined {
  const body = JSON.parse(text)
  return body.error?.data?.code ?? body.code
}
