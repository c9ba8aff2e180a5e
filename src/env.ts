import { SafeMcpConfigError } from './core/config-error.ts'
import type { Mode } from './core/mode.ts'
import type { AztpClientOptions } from './identity/aztp-client.ts'
import { jwt } from './identity/jwt.ts'
import { parseHost, parseOrigin } from './lib/authority.ts'
import { isTrustworthyUrl } from './lib/fetch-json.ts'
import { nearest } from './lib/suggest.ts'
import type { SafeMcpOptions } from './options.ts'
import { remotePolicy } from './policy/remote/index.ts'

/** Environment variables as `process.env` or a Worker's `env` has them. */
export type Environment = Readonly<Record<string, unknown>>

const names = [
  'SAFE_MCP_MODE',
  'SAFE_MCP_STRICT_MODE',
  'SAFE_MCP_AUDIT_ENABLED',
  'SAFE_MCP_MAX_BODY_BYTES',
  'SAFE_MCP_PATHS',
  'SAFE_MCP_HOSTS',
  'SAFE_MCP_ORIGINS',
  'SAFE_MCP_TOOLS_ALLOW',
  'SAFE_MCP_TOOLS_DENY',
  'SAFE_MCP_JWT_ISSUER',
  'SAFE_MCP_JWT_AUDIENCE',
  'SAFE_MCP_JWT_JWKS_URL',
  'AZTP_API_KEY',
  'AZTP_BASE_URL',
  'AZTP_ENVIRONMENT',
  'AZTP_TIMEOUT',
  'AZTP_POLICY_ENABLED',
  'AZTP_POLICY_STRICT_MODE',
] as const

type Name = (typeof names)[number]

/**
 * Options from environment variables. Nothing is ever read unless you pass it in: `safeMcp(optionsFromEnv(process.env))`.
 *
 * `SAFE_MCP_MODE` strict, normal, monitor; or `SAFE_MCP_STRICT_MODE` true. `SAFE_MCP_AUDIT_ENABLED` (default true).
 * `SAFE_MCP_MAX_BODY_BYTES`. Comma-separated lists: `SAFE_MCP_PATHS` (MCP routes), `SAFE_MCP_HOSTS`, `SAFE_MCP_ORIGINS`, `SAFE_MCP_TOOLS_ALLOW`,
 * `SAFE_MCP_TOOLS_DENY`. `SAFE_MCP_JWT_ISSUER` with `SAFE_MCP_JWT_AUDIENCE` and optionally `SAFE_MCP_JWT_JWKS_URL` turn identity on.
 * `AZTP_POLICY_ENABLED` asks the AZTP service (`AZTP_BASE_URL`, `AZTP_API_KEY`) about every tool. No answer denies; with
 * `AZTP_POLICY_STRICT_MODE` false, an answer given before holds for another hour.
 *
 * @throws SafeMcpConfigError naming the variable, never its value. A misspelt `SAFE_MCP_*` or `AZTP_*` name is an error too.
 */
export function optionsFromEnv(env: Environment): SafeMcpOptions {
  checkNames(env)
  const mode = readMode(env)
  const maxBytes = readInteger(env, 'SAFE_MCP_MAX_BODY_BYTES')
  const paths = readList(env, 'SAFE_MCP_PATHS')
  const hosts = readList(env, 'SAFE_MCP_HOSTS', parseHost)
  const origins = readList(env, 'SAFE_MCP_ORIGINS', parseOrigin)
  const tools = readTools(env)
  const identity = readIdentity(env)
  return {
    ...(mode && { mode }),
    ...(readFlag(env, 'SAFE_MCP_AUDIT_ENABLED') === false && { audit: false }),
    ...(maxBytes && { limits: { maxBytes } }),
    ...(paths && { mcp: { paths } }),
    ...((hosts || origins) && { origin: { hosts, origins } }),
    ...(identity && { identity }),
    ...(tools && { tools }),
  }
}

/**
 * Options of `createAztpClient` from `AZTP_API_KEY`, `AZTP_BASE_URL`, `AZTP_ENVIRONMENT` and `AZTP_TIMEOUT` (seconds, as the vendor's clients
 * read it). Undefined when there is no key.
 */
export function aztpFromEnv(env: Environment): AztpClientOptions | undefined {
  checkNames(env)
  const apiKey = readText(env, 'AZTP_API_KEY')
  const baseUrl = readUrl(env, 'AZTP_BASE_URL')
  const environment = readText(env, 'AZTP_ENVIRONMENT')
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) throw fault('AZTP_API_KEY', 'must be printable ASCII without spaces.')
  if (environment !== undefined && !/^[\w.-]+$/.test(environment))
    throw fault('AZTP_ENVIRONMENT', 'must be letters, digits, dots, hyphens and underscores.')
  const seconds = readText(env, 'AZTP_TIMEOUT')
  const timeoutMs = seconds === undefined ? undefined : Number(seconds) * 1000
  if (timeoutMs !== undefined && !(timeoutMs >= 1 && timeoutMs <= 600_000))
    throw fault('AZTP_TIMEOUT', 'must be seconds, from 0.001 to 600.')
  return apiKey === undefined ? undefined : { apiKey, baseUrl, environment, timeoutMs }
}

function readMode(env: Environment): Mode | undefined {
  const mode = readText(env, 'SAFE_MCP_MODE')
  const strict = readFlag(env, 'SAFE_MCP_STRICT_MODE')
  if (mode === undefined) return strict === undefined ? undefined : strict ? 'strict' : 'normal'
  if (mode !== 'strict' && mode !== 'normal' && mode !== 'monitor') throw fault('SAFE_MCP_MODE', "must be 'strict', 'normal' or 'monitor'.")
  if (strict === true && mode !== 'strict') throw fault('SAFE_MCP_STRICT_MODE', 'contradicts SAFE_MCP_MODE.')
  return mode
}

function readTools(env: Environment): SafeMcpOptions['tools'] {
  const allow = readList(env, 'SAFE_MCP_TOOLS_ALLOW')
  const deny = readList(env, 'SAFE_MCP_TOOLS_DENY')
  const lists = { ...(allow && { allow }), ...(deny && { deny }) }
  const client = aztpFromEnv(env)
  const strict = readFlag(env, 'AZTP_POLICY_STRICT_MODE') ?? true
  if (readFlag(env, 'AZTP_POLICY_ENABLED') !== true) return allow || deny ? lists : undefined
  if (client === undefined) throw fault('AZTP_POLICY_ENABLED', 'needs AZTP_API_KEY.')
  const { apiKey, baseUrl, timeoutMs } = client
  if (baseUrl === undefined) throw fault('AZTP_POLICY_ENABLED', 'needs AZTP_BASE_URL.')
  return { ...lists, policy: remotePolicy({ kind: 'oiap', apiKey, baseUrl, timeoutMs, staleIfErrorMs: strict ? 0 : 3_600_000 }) }
}

function readIdentity(env: Environment): SafeMcpOptions['identity'] {
  const issuer = readUrl(env, 'SAFE_MCP_JWT_ISSUER')
  const audience = readText(env, 'SAFE_MCP_JWT_AUDIENCE')
  const jwksUrl = readUrl(env, 'SAFE_MCP_JWT_JWKS_URL')
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return undefined
  if (issuer === undefined) throw fault('SAFE_MCP_JWT_ISSUER', 'is needed with SAFE_MCP_JWT_AUDIENCE and SAFE_MCP_JWT_JWKS_URL.')
  if (audience === undefined) throw fault('SAFE_MCP_JWT_AUDIENCE', 'is needed with SAFE_MCP_JWT_ISSUER.')
  return { verifiers: [jwt({ issuer, audience, jwksUrl })] }
}

function readText(env: Environment, name: Name): string | undefined {
  const value = env[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw fault(name, 'must be a string.')
  return value.trim()
}

function readFlag(env: Environment, name: Name): boolean | undefined {
  const value = readText(env, name)?.toLowerCase()
  if (value === undefined) return undefined
  if (value === 'true' || value === '1' || value === 'yes' || value === 'on') return true
  if (value === 'false' || value === '0' || value === 'no' || value === 'off') return false
  throw fault(name, "must be 'true' or 'false'.")
}

function readInteger(env: Environment, name: Name): number | undefined {
  const value = readText(env, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1) throw fault(name, 'must be a whole number above 0.')
  return number
}

function readList(env: Environment, name: Name, parse: (entry: string) => unknown = String): readonly string[] | undefined {
  const entries = readText(env, name)
    ?.split(',')
    .map((entry) => entry.trim())
  if (entries?.includes('')) throw fault(name, 'has an empty entry.')
  const wrong = entries?.findIndex((entry) => parse(entry) === undefined) ?? -1
  if (wrong >= 0) throw fault(name, `cannot be read at entry ${wrong + 1}.`)
  return entries
}

function readUrl(env: Environment, name: Name): string | undefined {
  const value = readText(env, name)
  if (value !== undefined && !isTrustworthyUrl(value))
    throw fault(name, 'must be an https URL (plain http only for this machine), without credentials.')
  return value
}

/** A variable nobody reads is a setting somebody believes in. */
function checkNames(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (!(name.startsWith('SAFE_MCP_') || name.startsWith('AZTP_')) || (names as readonly string[]).includes(name)) continue
    const close = nearest(name, names)
    if (close !== undefined) throw fault(name, 'is not a variable we read.', `Did you mean ${close}?`)
  }
}

function fault(name: string, message: string, suggestion?: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: name, message, suggestion })
}
