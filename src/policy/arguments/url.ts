import { SafeMcpConfigError } from '../../core/config-error.ts'
import { isPrivateHost } from '../../lib/private-host.ts'
import type { ArgumentCheck, ArgumentFault } from '../argument.ts'

export interface UrlArgOptions {
  /** Hosts, exactly (`api.example.com`) or all below one (`*.example.com`). Without it any public host. */
  readonly hosts?: readonly string[] | undefined
  /** Default `['https', 'http']`. */
  readonly schemes?: readonly string[] | undefined
  /** Ports that may be named. Default: the scheme's own only. */
  readonly ports?: readonly number[] | undefined
  /** Lets loopback, private, link-local and reserved addresses pass. Default false. */
  readonly privateAddresses?: boolean | undefined
  /** Lets internationalised host names pass that are not listed. Default false: they can look like others. */
  readonly idn?: boolean | undefined
}

const malformed: ArgumentFault = { rule: 'url/malformed', severity: 'medium' }
const ambiguous: ArgumentFault = { rule: 'url/ambiguous', severity: 'high' }
const badScheme: ArgumentFault = { rule: 'url/scheme', severity: 'high' }
const userinfo: ArgumentFault = { rule: 'url/userinfo', severity: 'high' }
const badHost: ArgumentFault = { rule: 'url/host', severity: 'high' }
const badPort: ArgumentFault = { rule: 'url/port', severity: 'medium' }
const privateAddress: ArgumentFault = { rule: 'url/private-address', severity: 'high' }
const lookalike: ArgumentFault = { rule: 'url/look-alike', severity: 'high' }

/** Services that resolve a name to the address spelt in it. */
const addressNames = ['.nip.io', '.sslip.io', '.xip.io', '.localtest.me', '.lvh.me', '.vcap.me', '.lacolhost.com', '.1u.ms', '.rbndr.us']
const insideNames = ['.intranet', '.lan', '.corp', '.home', '.svc', '.cluster.local']

/**
 * A URL the server may be asked to fetch. Every form of an address that a URL parser understands (`0x7f.1`, `2130706433`,
 * `[::ffff:127.0.0.1]`) is that address. Where parsers disagree (backslashes, missing slashes, spaces, user info) it is refused.
 *
 * It cannot see where a public name points: fetch with a client that refuses private addresses after resolution too.
 */
export function urlArg(options: UrlArgOptions = {}): ArgumentCheck {
  const schemes = new Set((options.schemes ?? ['https', 'http']).map((scheme) => scheme.toLowerCase().replace(/:$/, '')))
  const hosts = options.hosts?.map(hostPattern)
  const ports = new Set((options.ports ?? []).map(String))
  return {
    kind: 'url',
    check(value) {
      if (typeof value !== 'string' || value.length > 8_192) return malformed
      if (/[\s\p{C}\\]/u.test(value)) return ambiguous
      const url = parse(value)
      if (url === undefined) return malformed
      if (!schemes.has(url.protocol.slice(0, -1))) return badScheme
      const start = value.indexOf('//')
      if (start !== url.protocol.length || value[start + 2] === '/' || value[start + 2] === undefined) return ambiguous
      const authority = value.slice(start + 2).split(/[/?#]/, 1)[0] as string
      if (url.username !== '' || url.password !== '' || authority.includes('@')) return userinfo
      if (url.port !== '' && !ports.has(url.port)) return badPort
      return checkHost(url.hostname, authority, hosts, options)
    },
  }
}

function checkHost(
  hostname: string,
  authority: string,
  hosts: readonly ((host: string) => boolean)[] | undefined,
  options: UrlArgOptions,
): ArgumentFault | undefined {
  const host = hostname.replace(/\.$/, '')
  const listed = hosts?.some((fits) => fits(host))
  if (options.privateAddresses !== true && leadsInside(host)) return privateAddress
  if (listed === true) return undefined
  // Full-width, circled or percent-encoded spellings turn into plain letters only inside the parser.
  if (/[^\x21-\x7e]|%/.test(authority) && !/(^|\.)xn--/.test(host)) return lookalike
  if (listed === false) return /(^|\.)xn--/.test(host) ? lookalike : badHost
  return options.idn !== true && /(^|\.)xn--/.test(host) ? lookalike : undefined
}

/** Addresses and names that do not lead to the public internet, those included that spell an address inside a public name. */
function leadsInside(host: string): boolean {
  return isPrivateHost(host) || [...addressNames, ...insideNames].some((suffix) => host.endsWith(suffix) || host === suffix.slice(1))
}

function parse(value: string): URL | undefined {
  try {
    return new URL(value)
  } catch {
    return undefined
  }
}

function hostPattern(pattern: string, i: number): (host: string) => boolean {
  const host = parse(`https://${pattern.replace(/^\*\./, '')}/`)?.hostname
  if (host === undefined || host === '' || pattern.includes('/') || pattern.includes('@')) {
    const message = 'must be a host name, or *. and a host name.'
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `urlArg.hosts[${i}]`, message })
  }
  return pattern.startsWith('*.') ? (one) => one.endsWith(`.${host}`) : (one) => one === host
}
