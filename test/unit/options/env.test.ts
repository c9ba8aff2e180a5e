import { aztpFromEnv, createSafeMcp, optionsFromEnv, SafeMcpConfigError } from 'safe-mcp'
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
