import type { Logger } from './audit/console-sink.ts'
import type { AuditLog, AuditOptions } from './audit/log.ts'
import { checkKeys, checkOneOf, checkStrings } from './core/check-options.ts'
import type { Clock } from './core/clock.ts'
import { SafeMcpConfigError } from './core/config-error.ts'
import type { GuardContext } from './core/context.ts'
import type { Guard } from './core/guard.ts'
import type { Reply } from './core/http.ts'
import type { Mode } from './core/mode.ts'
import type { Observer } from './core/observer.ts'
import type { Denial } from './core/verdict.ts'
import type { DefinitionsOptions } from './guards/definitions.ts'
import type { IdentityOptions } from './guards/identity.ts'
import type { InputOptions } from './guards/input.ts'
import type { LimitsOptions } from './guards/limits.ts'
import type { OriginOptions } from './guards/origin.ts'
import type { OutputOptions } from './guards/output.ts'
import type { ProtocolOptions } from './guards/protocol.ts'
import type { RateOptions } from './guards/rate.ts'
import type { ToolsOptions } from './guards/tools.ts'
import type { Monitor, MonitorOptions } from './monitor/monitor.ts'
import type { Store } from './store/store.ts'

/** A guard's switch: `false` turns it off, `true` takes its defaults, an object refines them. */
export type Switch<Options> = boolean | Options

export interface SafeMcpOptions {
  /** What happens to content findings. Default `'normal'`: repair and go on. */
  readonly mode?: Mode | undefined
  readonly limits?: Switch<LimitsOptions> | undefined
  readonly origin?: Switch<OriginOptions> | undefined
  readonly protocol?: Switch<ProtocolOptions> | undefined
  /** Who calls. Off until verifiers are given; then required unless `required: false`. */
  readonly identity?: false | IdentityOptions | undefined
  /** How often a caller may ask. Off until given. */
  readonly rate?: false | RateOptions | undefined
  /** Injected instructions, hidden characters and encoded payloads in what comes in. */
  readonly input?: Switch<InputOptions> | undefined
  /** Who may call which tool. Off until given; any of `allow`, `scopes`, `policy` then closes what it does not name. */
  readonly tools?: Switch<ToolsOptions> | undefined
  /** What a model is told about a server: scanned, and pinned when asked. */
  readonly definitions?: Switch<DefinitionsOptions> | undefined
  /** Secrets, personal data and active content in what leaves. */
  readonly output?: Switch<OutputOptions> | undefined
  /** The application's own guards; they run after `tools` and before `output`. */
  readonly guards?: readonly Guard[] | undefined
  /** Only these paths are guarded: exact ones, or all below one (`'/mcp/*'`). Default: every path. */
  readonly paths?: readonly string[] | undefined
  /** Exempts an exchange from everything but the guards of its own route. The operator's code, never a header, decides. */
  readonly skip?: ((ctx: GuardContext) => boolean) | undefined
  /** Paths that are MCP routes whatever a request to them looks like. Otherwise body and headers tell. */
  readonly mcp?: { readonly paths?: readonly string[] | undefined } | undefined
  /** Replaces the reply to a denial. Returning nothing keeps ours. */
  readonly onDenial?: ((denial: Denial, ctx: GuardContext) => Reply | undefined) | undefined
  /** Puts findings (never matched text) into refusals. For development. Default false. */
  readonly exposeFindings?: boolean | undefined
  /** Where decisions are recorded. Default: one readable line per denial on the console, or on `logger`. */
  readonly audit?: Switch<AuditOptions> | AuditLog | undefined
  /** Rates over a sliding window, and alerts. */
  readonly monitor?: Switch<MonitorOptions> | Monitor | undefined
  /** Further observers, beside audit and monitor: metrics, traces, your own. */
  readonly observers?: readonly Observer[] | undefined
  /** A pino-compatible logger in place of the console. */
  readonly logger?: Logger | undefined
  /** Where guards keep what must outlive a request. Default: this process, bounded. */
  readonly store?: Store | undefined
  readonly clock?: Clock | undefined
}

const keys = [
  'mode',
  'limits',
  'origin',
  'protocol',
  'identity',
  'rate',
  'input',
  'tools',
  'definitions',
  'output',
  'guards',
  'audit',
  'monitor',
  'observers',
  'store',
  'paths',
  'skip',
  'mcp',
  'onDenial',
  'logger',
  'exposeFindings',
  'clock',
] as const

/** Refuses what cannot be meant, with the path and a suggestion. What each guard is given, it checks itself. */
export function checkOptions(options: SafeMcpOptions): void {
  const raw: unknown = options
  checkKeys(raw, keys, '')
  checkOneOf(options.mode, ['strict', 'normal', 'monitor'], 'mode', 'normal')
  checkStrings(options.paths, 'paths')
  if (options.mcp !== undefined) {
    const mcp: unknown = options.mcp
    checkKeys(mcp, ['paths'], 'mcp')
    checkStrings(options.mcp.paths, 'mcp.paths')
  }
  for (const name of ['skip', 'onDenial'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'function') {
      throw new SafeMcpConfigError({ code: 'invalid_option', path: name, message: 'must be a function.' })
    }
  }
  for (const [i, observer] of (options.observers ?? []).entries()) {
    if (typeof observer?.name === 'string') continue
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `observers[${i}]`, message: 'is not an observer.' })
  }
  for (const [i, guard] of (options.guards ?? []).entries()) {
    if (typeof guard?.name !== 'string') {
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: `guards[${i}]`,
        message: 'is not a guard.',
        suggestion: typeof guard === 'function' ? 'Did you forget to call the factory?' : undefined,
      })
    }
  }
}

/** The options behind a switch: undefined when it is off. */
export function switched<Options extends object>(value: Switch<Options> | undefined, on: boolean): Options | undefined {
  if (value === false || (value === undefined && !on)) return undefined
  return value === true || value === undefined ? ({} as Options) : value
}
