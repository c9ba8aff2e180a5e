import { identityGuard } from 'safe-mcp'
import { apiKey, generateApiKey, jwt, registry } from 'safe-mcp/identity'
import { afterEach, describe, expect, it } from 'vitest'
import type { Handler, RunningApp } from '../../harness/types.ts'
import { type Forge, forged, pair } from './forge.ts'
import { harnesses } from './harnesses.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const es = pair('ES256', 'es-1')
const forge = { issuer, audience } as Forge
const verifier = jwt({ issuer, audience, keys: [es.publicKey] })
const good = { authorization: `Bearer ${forged(forge, es)}` }

describe.each(harnesses)('identity on $name', (harness) => {
  let app: RunningApp
  let seen: Record<string, unknown>[]

  async function start(identity: object): Promise<void> {
    seen = []
    app = await harness.start({
      options: { audit: false, identity: identity as never },
      routes: ['/', '/mcp', '/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'].map((path) => ({
        path,
        handler: ({ method, header, auth, safeMcp }) => {
          const names = [
            'authorization',
            'x-api-key',
            'x-aztp-id',
            'x_forwarded_user',
            'x-forwarded-user',
            'remote-user',
            'x-custom',
            'dpop',
          ]
          const headers = Object.fromEntries(names.map((name) => [name, header(name)]).filter(([, value]) => value !== undefined))
          seen.push({ method, headers, auth, id: safeMcp?.principal?.id, chain: safeMcp?.chain })
          return { json: {} }
        },
      })),
    })
  }
  afterEach(() => app.close())

  it('challenges without an error when nothing was presented, and with one when it was bad', async () => {
    await start({ verifiers: [verifier], resource: audience, scopes: ['read', 'write', 'offline_access'] })
    const none = await app.fetch('/mcp')
    expect(none.status).toBe(401)
    expect(none.headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="https://mcp.test/.well-known/oauth-protected-resource/mcp", scope="read write"',
    )
    const bad = await app.fetch('/mcp', { headers: { authorization: 'Bearer abc' } })
    expect(bad.headers.get('www-authenticate')).toMatch(
      /^Bearer resource_metadata="[^"]+", scope="read write", error="invalid_token", error_description="[^"]+"$/,
    )
    expect(seen).toHaveLength(0)
  })

  it('asks for every required scope when one is missing', async () => {
    await start({ verifiers: [verifier], resource: audience, requiredScopes: ['read', 'admin'] })
    const response = await app.fetch('/mcp', { headers: good })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(response.headers.get('www-authenticate')).toContain('scope="read admin"')
    expect(seen).toHaveLength(0)
  })

  it('serves the protected-resource metadata to anybody, whatever Host says', async () => {
    await start({ verifiers: [verifier], resource: audience, scopes: ['read', 'offline_access'], metadata: { name: 'Tools' } })
    for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
      const response = await app.fetch(path, { headers: { 'x-forwarded-host': 'attacker.test' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toEqual({
        resource: audience,
        authorization_servers: [issuer],
        bearer_methods_supported: ['header'],
        scopes_supported: ['read'],
        resource_name: 'Tools',
      })
    }
    const preflight = await app.fetch('/.well-known/oauth-protected-resource/mcp', { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect((await app.fetch('/.well-known/oauth-protected-resource/mcp', { method: 'POST' })).status).toBe(405)
    expect((await app.fetch('/.well-known/oauth-protected-resource/other')).status).toBe(401)
    expect(seen).toHaveLength(0)
  })

  it('serves the metadata of a guarded path where only that path is guarded', async () => {
    app = await harness.start({
      options: { audit: false, paths: ['/mcp'], identity: { verifiers: [verifier], resource: audience } },
      routes: [{ path: '/', handler: () => ({ json: {} }) }],
    })
    expect((await app.fetch('/')).status).toBe(200)
    expect((await app.fetch('/mcp')).status).toBe(401)
    expect(await (await app.fetch('/.well-known/oauth-protected-resource/mcp')).json()).toMatchObject({ resource: audience })
  })

  it('serves no metadata without a canonical URI', async () => {
    await start({ verifiers: [verifier] })
    expect((await app.fetch('/.well-known/oauth-protected-resource')).status).toBe(401)
    expect((await app.fetch('/mcp')).headers.get('www-authenticate')).toBe('Bearer realm="mcp"')
  })

  it('leaves a CORS preflight alone, but not a request that only looks like one', async () => {
    await start({ verifiers: [verifier] })
    const preflight = { origin: app.url, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
    expect((await app.fetch('/mcp', { method: 'OPTIONS', headers: preflight })).status).toBe(200)
    expect(seen).toMatchObject([{ method: 'OPTIONS' }])
    expect((await app.fetch('/mcp', { method: 'OPTIONS' })).status).toBe(401)
    expect((await app.fetch('/mcp', { method: 'OPTIONS', headers: preflight, body: '{}' })).status).toBe(401)
    expect((await app.fetch('/mcp', { method: 'HEAD' })).status).toBe(401)
    expect(seen).toHaveLength(1)
  })

  it('takes away identity headers that clients send, in every spelling', async () => {
    await start({ verifiers: [verifier] })
    const lies = { 'x-aztp-id': 'aztp://a/b', 'X-Forwarded-User': 'root', x_forwarded_user: 'root', 'remote-user': 'root' }
    await app.fetch('/', { headers: { ...good, ...lies, 'x-custom': 'stays' } })
    expect(seen[0]).toMatchObject({ headers: { 'x-custom': 'stays', authorization: good.authorization } })
    expect(Object.keys(seen[0]?.headers as object).sort()).toEqual(['authorization', 'x-custom'])
  })

  it('keeps them where a trusted proxy sets them', async () => {
    await start({ verifiers: [verifier], trustedProxies: () => true })
    await app.fetch('/', { headers: { ...good, 'x-forwarded-user': 'alice' } })
    expect(seen[0]).toMatchObject({ headers: { 'x-forwarded-user': 'alice' } })
  })

  it('takes the credential away where handlers must not pass it on', async () => {
    const { key, hash } = generateApiKey()
    await start({ verifiers: [verifier, apiKey({ keys: [{ id: 'k', hash, principal: 'ci' }] })], forwardCredentials: false })
    await app.fetch('/', { headers: good })
    await app.fetch('/', { headers: { 'x-api-key': key } })
    expect(seen.map(({ headers }) => headers)).toEqual([{}, {}])
    expect(seen[0]).toMatchObject({ auth: { clientId: 'alice', scopes: ['read'], token: good.authorization.slice(7) } })
  })

  it('lets nobody through as nobody where identity is optional, but never with a bad credential', async () => {
    await start({ verifiers: [verifier], required: false })
    expect((await app.fetch('/')).status).toBe(200)
    expect((await app.fetch('/', { headers: { authorization: 'Bearer abc' } })).status).toBe(401)
    expect((await app.fetch('/', { headers: good })).status).toBe(200)
    expect(seen.map(({ id }) => id)).toEqual([undefined, `jwt:${issuer}#alice`])
  })

  it('lets nobody past a required scope or a chain by presenting nothing', async () => {
    await start({ verifiers: [verifier], required: false, requiredScopes: ['read'] })
    const response = await app.fetch('/')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mcp", scope="read"')
    expect((await app.fetch('/', { headers: good })).status).toBe(200)
    await app.close()
    await start({ verifiers: [verifier], required: false, chain: { directory: registry(), source: 'header' } })
    expect((await app.fetch('/')).status).toBe(403)
    expect((await app.fetch('/', { headers: { 'x-aztp-chain': 'stranger' } })).status).toBe(403)
    expect(seen).toHaveLength(0)
  })

  it('never mixes up callers who come at once', async () => {
    await start({ verifiers: [verifier] })
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const token = forged(forge, es, {}, { sub: `user-${i}` })
        await app.fetch('/', { headers: { authorization: `Bearer ${token}`, 'x-custom': `user-${i}` } })
      }),
    )
    expect(answers).toHaveLength(60)
    for (const { id, headers } of seen) expect(id).toBe(`jwt:${issuer}#${(headers as Record<string, string>)['x-custom']}`)
  })

  it('checks the components behind a request', async () => {
    const directory = registry()
    for (const name of ['planner', 'search']) await directory.issueIdentity(name)
    await start({ verifiers: [verifier], chain: { directory, source: 'header' } })
    const send = (chain?: string) => app.fetch('/', { headers: { ...good, ...(chain === undefined ? {} : { 'x-aztp-chain': chain }) } })
    expect((await send('planner, search')).status).toBe(200)
    expect(seen[0]).toMatchObject({ chain: { valid: true, score: 100, components: [{ id: 'planner' }, { id: 'search' }] } })
    for (const chain of [
      'planner, stranger',
      '',
      'planner,,search',
      'planner, planner',
      '"planner"',
      undefined,
      Array(17).fill('planner').join(','),
    ]) {
      const response = await send(chain)
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toBeNull()
    }
    expect(seen).toHaveLength(1)
  })

  it('checks the delegation a token carries', async () => {
    const directory = registry()
    for (const name of ['planner', 'gateway', 'robot']) await directory.issueIdentity(name)
    await start({ verifiers: [verifier], chain: { directory } })
    const send = (claims: object) => app.fetch('/', { headers: { authorization: `Bearer ${forged(forge, es, {}, { ...claims })}` } })
    const ids = () => (seen.at(-1)!.chain as { components: { id: string }[] }).components.map(({ id }) => id)
    // Alice is a person and no component; gateway acted last.
    expect((await send({ act: { sub: 'gateway', act: { sub: 'planner' } } })).status).toBe(200)
    expect(ids()).toEqual(['planner', 'gateway'])
    expect((await send({ sub: 'robot', client_id: 'robot', act: { sub: 'gateway' } })).status).toBe(200)
    expect(ids()).toEqual(['robot', 'gateway'])
    expect((await send({ act: { sub: 'gateway', act: { sub: 'stranger' } } })).status).toBe(403)
    expect((await send({})).status).toBe(403)
    expect(seen).toHaveLength(2)
  })

  it('is asked for by a single route where the rest is open', async () => {
    seen = []
    const handler: Handler = ({ safeMcp, auth }) => {
      seen.push({ id: safeMcp?.principal?.id, clientId: auth?.clientId })
      return { json: {} }
    }
    for (const options of [false, { audit: false, identity: { verifiers: [verifier], required: false } }] as const) {
      app = await harness.start({
        options,
        routes: [
          { path: '/open', handler },
          { path: '/closed', guards: [identityGuard({ verifiers: [verifier], resource: audience, requiredScopes: ['read'] })], handler },
          { path: '/admin', guards: [identityGuard({ verifiers: [verifier], requiredScopes: ['admin'] })], handler },
        ],
      })
      expect((await app.fetch('/open')).status).toBe(200)
      expect((await app.fetch('/closed')).status).toBe(401)
      expect((await app.fetch('/closed', { headers: good })).status).toBe(200)
      expect((await app.fetch('/admin', { headers: good })).status).toBe(403)
      await app.close()
    }
    expect(seen.map(({ id }) => id !== undefined)).toEqual([false, true, false, true])
    expect(seen[1]).toEqual({ id: `jwt:${issuer}#alice`, clientId: 'alice' })
  })
})
