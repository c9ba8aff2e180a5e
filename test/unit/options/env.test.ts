import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { aztpFromEnv, createSafeMcp, optionsFromEnv, SafeMcpConfigError } from 'safe-mcp'
import { safeMcp } from 'safe-mcp/fetch'
import { describe, expect, it } from 'vitest'

describe('optionsFromEnv', () => {
  it('is empty for an empty environment, and never looks at the real one', () => {
    process.env['SAFE_MCP_MODE'] = 'strict'
    expect(optionsFromEnv({})).toEqual({})
    delete process.env['SAFE_MCP_MODE']
    expect(optionsFromEnv({ PATH: '/bin', SAFE_MCP_MODE: '' })).toEqual({})
  })

  it.each<[Record<string, string>, object]>([
    [{ SAFE_MCP_STRICT_MODE: 'true' }, { mode: 'strict' }],
    [{ SAFE_MCP_STRICT_MODE: 'false' }, { mode: 'normal' }],
    [{ SAFE_MCP_MODE: 'monitor' }, { mode: 'monitor' }],
    [{ SAFE_MCP_AUDIT_ENABLED: 'false' }, { audit: false }],
    [{ SAFE_MCP_AUDIT_ENABLED: 'true' }, {}],
    [{ SAFE_MCP_MAX_BODY_BYTES: '2048' }, { limits: { maxBytes: 2048 } }],
    [{ SAFE_MCP_PATHS: '/mcp, /v1/mcp' }, { mcp: { paths: ['/mcp', '/v1/mcp'] } }],
    [{ SAFE_MCP_ORIGINS: 'https://app.example' }, { origin: { origins: ['https://app.example'] } }],
    [{ SAFE_MCP_TOOLS_ALLOW: 'search,read_*', SAFE_MCP_TOOLS_DENY: 'rm' }, { tools: { allow: ['search', 'read_*'], deny: ['rm'] } }],
  ])('reads %j', (env, options) => {
    expect(optionsFromEnv(env)).toEqual(options)
    createSafeMcp(optionsFromEnv(env))
  })

  it('turns identity and remote policy on', () => {
    const env = {
      SAFE_MCP_JWT_ISSUER: 'https://issuer.example',
      SAFE_MCP_JWT_AUDIENCE: 'https://api.example/mcp',
      AZTP_POLICY_ENABLED: 'true',
      AZTP_API_KEY: 'key',
      AZTP_BASE_URL: 'https://aztp.example/astha/v1',
    }
    expect(createSafeMcp(optionsFromEnv(env)).guards).toEqual(expect.arrayContaining(['identity', 'tools']))
  })

  it('finds the keys of an issuer where its metadata says they are', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
    let issuer = ''
    const server = createServer(({ url }, res) => {
      res.setHeader('content-type', 'application/json')
      if (url === '/.well-known/openid-configuration') res.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/protocol/certs` }))
      else if (url === '/protocol/certs') res.end(JSON.stringify({ keys: [jwk] }))
      else res.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const handler = safeMcp(optionsFromEnv({ SAFE_MCP_JWT_ISSUER: issuer, SAFE_MCP_JWT_AUDIENCE: 'x' }), () => new Response('in'))
      const token = await new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience('x')
        .setExpirationTime('1m')
        .sign(privateKey)
      const ask = async (authorization: string) => (await handler(new Request('http://localhost/', { headers: { authorization } }))).status
      expect(await ask(`Bearer ${token}`)).toBe(200)
      expect(await ask('Bearer nobody')).toBe(401)
    } finally {
      server.close()
    }
  })

  it.each<[Record<string, string>, string]>([
    [{ SAFE_MCP_STRICT_MODE: 'yep' }, 'SAFE_MCP_STRICT_MODE'],
    [{ SAFE_MCP_MODE: 'paranoid' }, 'SAFE_MCP_MODE'],
    [{ SAFE_MCP_MODE: 'monitor', SAFE_MCP_STRICT_MODE: 'true' }, 'SAFE_MCP_STRICT_MODE'],
    [{ SAFE_MCP_MAX_BODY_BYTES: '1mb' }, 'SAFE_MCP_MAX_BODY_BYTES'],
    [{ SAFE_MCP_TOOLS_ALLOW: 'a,,b' }, 'SAFE_MCP_TOOLS_ALLOW'],
    [{ SAFE_MCP_JWT_ISSUER: 'https://i.example' }, 'SAFE_MCP_JWT_AUDIENCE'],
    [{ SAFE_MCP_JWT_ISSUER: 'not a url', SAFE_MCP_JWT_AUDIENCE: 'x' }, 'SAFE_MCP_JWT_ISSUER'],
    [{ AZTP_POLICY_ENABLED: 'true' }, 'AZTP_POLICY_ENABLED'],
    [{ SAFE_MCP_STRICT_MOD: 'true' }, 'SAFE_MCP_STRICT_MOD'],
    [{ SAFE_MCP_MODE: ' ' }, 'SAFE_MCP_MODE'],
    [{ SAFE_MCP_HOSTS: 'https://mcp.example' }, 'SAFE_MCP_HOSTS'],
    [{ SAFE_MCP_ORIGINS: 'https://app.example,https://app.example/path' }, 'SAFE_MCP_ORIGINS'],
    [{ SAFE_MCP_JWT_ISSUER: 'http://issuer.example', SAFE_MCP_JWT_AUDIENCE: 'x' }, 'SAFE_MCP_JWT_ISSUER'],
    [
      { SAFE_MCP_JWT_ISSUER: 'https://i.example', SAFE_MCP_JWT_AUDIENCE: 'x', SAFE_MCP_JWT_JWKS_URL: 'https://u:p@i.example' },
      'SAFE_MCP_JWT_JWKS_URL',
    ],
    [{ AZTP_POLICY_ENABLED: 'true', AZTP_API_KEY: 'k', AZTP_BASE_URL: 'http://aztp.example' }, 'AZTP_BASE_URL'],
    // Read by whoever asks for the client later: a wrong value is told now.
    [{ AZTP_TIMEOUT: '30s' }, 'AZTP_TIMEOUT'],
    [{ AZTP_BASE_URL: 'aztp.example' }, 'AZTP_BASE_URL'],
    [{ AZTP_ENVIRONMENT: 'prod/eu' }, 'AZTP_ENVIRONMENT'],
    // It goes into a header: one more line would be another header.
    [{ AZTP_API_KEY: 'key\nx-admin: 1' }, 'AZTP_API_KEY'],
  ])('names the variable when it refuses %j', (env, name) => {
    expect(() => optionsFromEnv(env)).toThrow(expect.objectContaining({ name: 'SafeMcpConfigError', path: name }))
    expect(() => optionsFromEnv(env)).toThrow(SafeMcpConfigError)
  })

  it('never repeats a value', () => {
    for (const env of [{ SAFE_MCP_MODE: 'hunter2' }, { AZTP_TIMEOUT: 'hunter2', AZTP_API_KEY: 'k' }]) {
      try {
        optionsFromEnv(env)
        aztpFromEnv(env)
        expect.unreachable()
      } catch (error) {
        expect(String(error)).not.toContain('hunter2')
      }
    }
  })

  it('reads the AZTP timeout in seconds', () => {
    expect(aztpFromEnv({ AZTP_API_KEY: 'k', AZTP_TIMEOUT: '1.5', AZTP_ENVIRONMENT: 'staging' })).toMatchObject({
      apiKey: 'k',
      timeoutMs: 1500,
      environment: 'staging',
    })
    expect(aztpFromEnv({})).toBeUndefined()
  })
})
