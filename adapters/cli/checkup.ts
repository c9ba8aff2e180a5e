import { isLoopbackAddress, isLoopbackName } from '../../src/lib/authority.ts'
import type { SafeMcpOptions } from '../../src/options.ts'

/** What a configuration will run in. */
export interface Surroundings {
  readonly host: string
  /** Processes behind one address. */
  readonly replicas: number
}

export interface Remark {
  /** A `warning` is a hole or a setting that defeats itself; a `note` is worth knowing. */
  readonly level: 'warning' | 'note'
  readonly about: string
  readonly text: string
}

interface Check extends Remark {
  applies(options: SafeMcpOptions, surroundings: Surroundings): boolean
}

const isOn = (value: unknown): boolean => value !== undefined && value !== false
const part = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
const isPublic = ({ host }: Surroundings): boolean => !isLoopbackName(host) && !isLoopbackAddress(host)
const isShared = ({ store }: SafeMcpOptions): boolean => store?.shared === true
const keepsState = (options: SafeMcpOptions): boolean =>
  isOn(options.rate) || isOn(options.identity) || part(options.tools)['approvals'] !== undefined

const checks: readonly Check[] = [
  {
    level: 'warning',
    about: 'mode',
    text: 'monitor mode records what it would do and does nothing (identity still denies). Remove it when you have seen enough.',
    applies: ({ mode }) => mode === 'monitor',
  },
  {
    level: 'warning',
    about: 'identity',
    text: 'nobody has to say who they are, and the server is bound to a public address. Give verifiers, or bind to 127.0.0.1.',
    applies: ({ identity }, where) => isPublic(where) && !isOn(identity),
  },
  {
    level: 'warning',
    about: 'identity.required',
    text: 'callers without any credential pass as nobody.',
    applies: ({ identity }) => part(identity)['required'] === false,
  },
  {
    level: 'warning',
    about: 'origin',
    text: 'off: a web page of anybody can call this server through the browser of its user.',
    applies: ({ origin }) => origin === false,
  },
  {
    level: 'warning',
    about: 'origin.hosts',
    text: 'not given: on a public address the Host header is not checked, so DNS rebinding is not stopped. List your host names.',
    applies: ({ origin }, where) => isPublic(where) && origin !== false && part(origin)['hosts'] === undefined,
  },
  {
    level: 'warning',
    about: 'store',
    text: 'each replica keeps its own state: limits are counted per replica, sessions and replay marks are unknown to the others. Use redisStore().',
    applies: (options, { replicas }) => replicas > 1 && !isShared(options) && keepsState(options),
  },
  ...(['limits', 'protocol', 'input', 'definitions', 'output'] as const).map(
    (name): Check => ({
      level: 'warning',
      about: name,
      text: 'off: what it guards against passes.',
      applies: (options) => options[name] === false,
    }),
  ),
  {
    level: 'warning',
    about: 'audit',
    text: 'off: nobody can tell later what was refused and why.',
    applies: ({ audit }) => audit === false,
  },
  {
    level: 'warning',
    about: 'exposeFindings',
    text: 'refusals tell a caller which rules saw it: a manual for the next try. For development only.',
    applies: ({ exposeFindings }) => exposeFindings === true,
  },
  {
    level: 'note',
    about: 'identity.resource',
    text: 'not given: clients are not told where to log in (RFC 9728 metadata).',
    applies: ({ identity }) => isOn(identity) && part(identity)['resource'] === undefined,
  },
  {
    level: 'note',
    about: 'tools',
    text: 'not given: whoever may call may call every tool.',
    applies: ({ tools }) => !isOn(tools),
  },
  {
    level: 'note',
    about: 'tools.deny',
    text: 'stands alone: tools it does not name are open, those added tomorrow too.',
    applies: ({ tools }) => {
      const { deny, allow, scopes, roles, policy } = part(tools)
      return deny !== undefined && [allow, scopes, roles, policy].every((value) => value === undefined)
    },
  },
  {
    level: 'note',
    about: 'definitions.pins',
    text: 'not given: definitions are scanned, but a tool may change after you reviewed it. See safe-mcp pin.',
    applies: ({ definitions }) => definitions !== false && part(definitions)['pins'] === undefined,
  },
  {
    level: 'note',
    about: 'rate',
    text: 'not given: a caller may ask as often as it likes.',
    applies: ({ rate }) => !isOn(rate),
  },
  {
    level: 'note',
    about: 'audit.sinks',
    text: 'denials go to the console and are kept nowhere. fileSink({ path }) keeps a chain that can be verified.',
    applies: ({ audit }) => audit === undefined || audit === true,
  },
  {
    level: 'note',
    about: 'paths',
    text: 'other paths than these are not guarded at all.',
    applies: ({ paths }) => paths !== undefined,
  },
  {
    level: 'note',
    about: 'skip',
    text: 'your function decides which requests no guard sees.',
    applies: ({ skip }) => skip !== undefined,
  },
]

/** What somebody who knows these options would say about them before they go live. Warnings first. */
export function examine(options: SafeMcpOptions, surroundings: Surroundings): readonly Remark[] {
  const found = checks.filter((check) => check.applies(options, surroundings))
  const bare = found.map(({ level, about, text }): Remark => ({ level, about, text }))
  return [...bare.filter(({ level }) => level === 'warning'), ...bare.filter(({ level }) => level === 'note')]
}
