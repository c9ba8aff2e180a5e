import { SafeMcpConfigError } from '../../core/config-error.ts'
import { isToken } from '../../lib/media-type.ts'
import type { HeaderShape } from './value.ts'

/** Names of response headers to look into: `x-note`, or with a star for every name that begins so: `x-*`. */
export type HeaderChoice = boolean | readonly string[]

/** Fields of the standards that carry text or addresses of the application's own making. */
const carriers: ReadonlyMap<string, HeaderShape> = new Map([
  ['location', 'url'],
  ['content-location', 'url'],
  ['link', 'parameters'],
  ['content-disposition', 'parameters'],
  ['server-timing', 'parameters'],
  ['warning', 'parameters'],
  ['www-authenticate', 'challenge'],
])

const byDefault = [...carriers.keys(), 'x-*']

/** What a client acts on as it is: to rewrite it is to break the exchange, or to break a promise made by other headers. */
const protocol: ReadonlySet<string> = new Set([
  'set-cookie',
  'etag',
  'authorization',
  'authentication-info',
  'proxy-authenticate',
  'proxy-authentication-info',
  'dpop-nonce',
  'allow',
  'age',
  'alt-svc',
  'cache-control',
  'connection',
  'date',
  'digest',
  'expires',
  'keep-alive',
  'last-modified',
  'repr-digest',
  'retry-after',
  'strict-transport-security',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
])
const families = ['access-control-', 'mcp-', 'sec-', 'content-', 'cross-origin-', 'accept-']

/** Fields of one of a few known words; nothing of anybody's can stand in them. */
const words: ReadonlySet<string> = new Set([
  'x-powered-by',
  'x-frame-options',
  'x-content-type-options',
  'x-xss-protection',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-permitted-cross-domain-policies',
])

/** Gives the shape of a header that is to be looked into, by its lower-case name. */
export type HeaderShapeOf = (name: string) => HeaderShape | undefined

/**
 * Reads a choice of headers. `true`: the default list. Credentials that are handed out on purpose (`x-...-token`) are in it only by name.
 *
 * @throws SafeMcpConfigError for names that are none, and for those of the protocol itself.
 */
export function chooseHeaders(choice: HeaderChoice, path: string): HeaderShapeOf | undefined {
  if (choice === false) return undefined
  const names = choice === true ? byDefault : choice
  const exact = new Set<string>()
  const prefixes: string[] = []
  for (const [i, given] of names.entries()) {
    const name = typeof given === 'string' ? given.toLowerCase() : ''
    const prefix = name.endsWith('*') ? name.slice(0, -1) : undefined
    if (!isToken(prefix ?? name)) throw invalid(`${path}[${i}]`, 'is no name of a header.')
    if (isProtocol(prefix ?? name)) throw invalid(`${path}[${i}]`, 'belongs to the protocol and is never rewritten.')
    if (prefix === undefined) exact.add(name)
    else prefixes.push(prefix)
  }
  if (exact.size === 0 && prefixes.length === 0) return undefined
  return (name) => {
    const named = exact.has(name) || (!words.has(name) && !name.endsWith('-token') && prefixes.some((prefix) => name.startsWith(prefix)))
    return named && !isProtocol(name) ? (carriers.get(name) ?? 'text') : undefined
  }
}

function isProtocol(name: string): boolean {
  return !carriers.has(name) && (protocol.has(name) || families.some((family) => name.startsWith(family)))
}

function invalid(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path, message })
}
