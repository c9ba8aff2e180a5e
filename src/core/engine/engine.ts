import { type HeaderParam, mirroredHeaders } from '../../mcp/headers.ts'
import type { Clock } from '../clock.ts'
import type { GuardContext } from '../context.ts'
import type { ExchangeSource } from '../exchange.ts'
import type { BodyLimits, Guard } from '../guard.ts'
import type { Reply, ResponseHead } from '../http.ts'
import type { Message } from '../message.ts'
import type { Mode } from '../mode.ts'
import type { Observer } from '../observer.ts'
import type { Denial } from '../verdict.ts'
import { EngineExchange } from './exchange.ts'
import { tightest } from './intake.ts'
import type { ExchangeState } from './state.ts'

export interface EngineOptions {
  readonly guards: readonly Guard[]
  readonly observers: readonly Observer[]
  readonly mode: Mode
  readonly clock: Clock
  /** Paths that are MCP routes whatever their requests look like. */
  readonly isMcpPath: (path: string) => boolean
  /** True where the operator wants no guard but those of the route. */
  readonly skips: (ctx: GuardContext) => boolean
  /** Guards of a route that stands alone: they join every exchange at once. */
  readonly routeGuards?: readonly Guard[] | undefined
  readonly exposeFindings: boolean
  /** Arguments a tool's schema mirrors in headers, when it is known. */
  readonly headerParams?: ((tool: string | undefined, ctx: GuardContext) => readonly HeaderParam[] | undefined) | undefined
  readonly onDenial?: ((denial: Denial, ctx: GuardContext) => Reply | undefined) | undefined
}

/** What every exchange of one engine shares. */
export interface EngineParts extends EngineOptions {
  /** The tightest bounds of the outer guards. */
  readonly limits: BodyLimits
  newId(): string
  /** True when a handler answered MCP on this path before. */
  answeredMcp(path: string): boolean
  noteAnswer(state: ExchangeState, head: ResponseHead): void
  /** The operator's own reply to a denial, when there is one. */
  ownReply(denial: Denial, state: ExchangeState): Reply | undefined
  /** Request headers that must follow a rewritten message. */
  mirror(before: Message, after: Message, state: ExchangeState): Iterable<readonly [name: string, value: string | undefined]>
}

/** Paths remembered as MCP; the oldest is forgotten. */
const maxPaths = 1024

/** Builds the machine that adapters open exchanges on. */
export function createEngine(options: EngineOptions): ExchangeSource {
  const answered = new Set<string>()
  const parts: EngineParts = {
    ...options,
    limits: tightest(options.guards),
    newId: () => crypto.randomUUID(),
    answeredMcp: (path) => answered.has(path),
    noteAnswer(state, head) {
      // Only an answer counts: a caller must not be able to turn a path into an MCP route by asking.
      if (state.mcp === undefined || head.status >= 300 || answered.has(state.request.path)) return
      if (answered.size >= maxPaths) answered.delete(answered.keys().next().value as string)
      answered.add(state.request.path)
    },
    ownReply(denial, state) {
      try {
        return options.onDenial?.(denial, state)
      } catch {
        // A refusal stays a refusal when the operator's wording of it fails.
        return undefined
      }
    },
    mirror: (before, after, state) =>
      mirroredHeaders(before.value, after.value, state.request.headers, options.headerParams?.(before.tool, state)),
  }
  return { open: (request, gone) => new EngineExchange(parts, request, gone) }
}
