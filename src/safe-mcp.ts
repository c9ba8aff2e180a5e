import { consoleSink } from './audit/console-sink.ts'
import { type AuditLog, createAuditLog } from './audit/log.ts'
import { systemClock } from './core/clock.ts'
import { createEngine } from './core/engine/engine.ts'
import type { ExchangeSource } from './core/exchange.ts'
import type { Guard } from './core/guard.ts'
import type { Observer } from './core/observer.ts'
import { auditGuard } from './guards/audit.ts'
import { definitionsGuard } from './guards/definitions.ts'
import { identityGuard } from './guards/identity.ts'
import { createInputGuard, type InputOptions } from './guards/input.ts'
import { limitsGuard } from './guards/limits.ts'
import { originGuard } from './guards/origin.ts'
import { outputGuard } from './guards/output.ts'
import { protocolGuard } from './guards/protocol.ts'
import { rateGuard } from './guards/rate.ts'
import { toolsGuard } from './guards/tools.ts'
import { metadataPaths } from './identity/metadata.ts'
import { createPathMatcher } from './lib/path-matcher.ts'
import { createToolCatalogue, type ToolCatalogue } from './mcp/tools-list.ts'
import { createMonitor, type Monitor } from './monitor/monitor.ts'
import { checkOptions, type SafeMcpOptions, switched } from './options.ts'
import { createRedactor } from './redact/create-redactor.ts'
import type { Redactor } from './redact/redactor.ts'
import { createScanner, type Scanner } from './scan/scanner.ts'

/** Everything `app.use(safeMcp())` is made of; adapters open exchanges on it. */
export interface SafeMcp extends ExchangeSource {
  /** Names of the guards that are on, in the order requests pass them. */
  readonly guards: readonly string[]
  /** The audit log, for events of your own and its figures. */
  readonly audit: AuditLog | undefined
  /** The monitor: `record(type, details)` for events of your own. */
  readonly monitor: Monitor | undefined
  /** Resolves when everything observed so far is where it belongs. */
  flush(): Promise<void>
  /** Flushes and lets go of timers and sinks. */
  close(): Promise<void>
}

/** What an adapter knows to do faster than plain JavaScript can. */
export interface Platform {
  /** SHA-256 of a text, in hexadecimal. */
  readonly sha256?: ((text: string) => string) | undefined
}

const nowhere = (): boolean => false

/**
 * Builds the guards and observers once; every request is then only a walk through them.
 *
 * @throws SafeMcpConfigError for options nobody can mean, with their path and a suggestion.
 */
export function createSafeMcp(options: SafeMcpOptions = {}, platform: Platform = {}): SafeMcp {
  checkOptions(options)
  const audit = buildAudit(options, platform)
  const catalogue = createToolCatalogue()
  const guards = buildGuards(options, audit, catalogue)
  const monitor = buildMonitor(options, audit)
  const observers: readonly Observer[] = [audit, monitor, ...(options.observers ?? [])].filter((observer) => observer !== undefined)
  // Clients look for the metadata of a guarded path at a path of its own, which `paths` need not name.
  const published = options.identity && options.identity.resource !== undefined ? metadataPaths(options.identity.resource) : []
  const guarded = options.paths === undefined ? undefined : createPathMatcher(options.paths)
  const source = createEngine({
    guards,
    observers,
    mode: options.mode ?? 'normal',
    clock: options.clock ?? systemClock,
    isMcpPath: options.mcp?.paths === undefined ? nowhere : createPathMatcher(options.mcp.paths),
    skips: (ctx) => (guarded?.(ctx.request.path) === false && !published.includes(ctx.request.path)) || options.skip?.(ctx) === true,
    onDenial: options.onDenial,
    exposeFindings: options.exposeFindings === true,
    headerParams: (tool, ctx) => (tool === undefined ? undefined : catalogue.headerParams(tool, ctx.principal?.id)),
  })
  const flush = async (): Promise<void> => {
    await Promise.all(observers.map((observer) => observer.flush?.()))
  }
  return {
    audit,
    monitor,
    guards: guards.map((guard) => guard.name),
    open: source.open,
    flush,
    async close() {
      // Those that close flush for a bounded time; a sink that is dead must not keep the process from ending.
      await Promise.all(observers.map((observer) => (observer.close === undefined ? observer.flush?.() : observer.close())))
    },
  }
}

/** Guards of a single route where no `safeMcp()` is mounted in front of it. Their denials are told on the console, one line each. */
export function createRouteGuards(guards: readonly Guard[]): ExchangeSource {
  return createEngine({
    guards: [limitsGuard()],
    routeGuards: guards,
    observers: [createAuditLog({ redact: withoutSecrets() })],
    mode: 'normal',
    clock: systemClock,
    isMcpPath: nowhere,
    skips: nowhere,
    exposeFindings: false,
  })
}

/** What `audit` says: a log of its own, a log made elsewhere, or none. */
function buildAudit({ audit, logger, clock }: SafeMcpOptions, { sha256 }: Platform): AuditLog | undefined {
  if (audit === false) return undefined
  if (isAuditLog(audit)) return audit
  const given = typeof audit === 'object' ? audit : {}
  return createAuditLog({
    sinks: [consoleSink(logger === undefined ? {} : { logger })],
    clock,
    hash: sha256,
    redact: withoutSecrets(),
    ...given,
  })
}

function buildMonitor({ monitor, clock }: SafeMcpOptions, audit: AuditLog | undefined): Monitor | undefined {
  if (monitor === false) return undefined
  if (typeof monitor === 'object' && 'record' in monitor) return monitor
  return createMonitor({ clock, audit, ...(typeof monitor === 'object' ? monitor : {}) })
}

/** Takes secrets out of what is recorded. Compiled when the first record is made. */
function withoutSecrets(): (text: string) => string {
  let redactor: Redactor | undefined
  return (text) => {
    redactor ??= createRedactor({ pii: false, risks: false })
    return redactor.redact(text).text
  }
}

function isAuditLog(audit: SafeMcpOptions['audit']): audit is AuditLog {
  return typeof audit === 'object' && 'record' in audit && typeof audit.record === 'function'
}

/** The fixed order. What is cheap and decides most comes first; output comes last and sees what really leaves. */
function buildGuards(options: SafeMcpOptions, audit: AuditLog | undefined, catalogue: ToolCatalogue): readonly Guard[] {
  const { store } = options
  const input = switched(options.input, true)
  const scanner = scannerFor(input)
  const guards: (Guard | undefined)[] = [
    audit && auditGuard(audit),
    build(switched(options.limits, true), limitsGuard),
    build(switched(options.origin, true), originGuard),
    build(switched(options.protocol, true), (given) => protocolGuard(given, catalogue)),
    build(options.identity || undefined, (given) => identityGuard({ store, ...given })),
    build(options.rate || undefined, (given) => rateGuard({ store, ...given })),
    build(input, (given) => createInputGuard(given, { scanner, outputSchema: catalogue.outputSchema })),
    build(switched(options.tools, false), (given) => toolsGuard({ store, ...given })),
    build(switched(options.definitions, true), (given) => definitionsGuard(given, { scanner })),
    ...(options.guards ?? []),
    build(switched(options.output, true), (given) => outputGuard(given, { outputSchema: catalogue.outputSchema })),
  ]
  return guards.filter((guard): guard is Guard => guard !== undefined)
}

/** One scanner serves input and definitions: its automaton is the dearest thing built here. */
function scannerFor(input: InputOptions | undefined): Scanner | undefined {
  if (input === undefined) return undefined
  const { routes: _routes, results: _results, mode: _mode, ...options } = input
  return createScanner(options)
}

function build<Options>(options: Options | undefined, make: (options: Options) => Guard): Guard | undefined {
  return options === undefined ? undefined : make(options)
}
