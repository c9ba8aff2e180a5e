import type { HeaderParam } from '../../mcp/headers.ts'
import type { Clock } from '../clock.ts'
import type { GuardContext } from '../context.ts'
import type { BodyLimits, Guard } from '../guard.ts'
import type { Reply, ResponseHead } from '../http.ts'
import type { Message } from '../message.ts'
import type { Mode } from '../mode.ts'
import type { Observer } from '../observer.ts'
import type { Denial } from '../verdict.ts'
import type { Glances } from './glances.ts'
import type { ExchangeState } from './state.ts'

/** What an engine is built of. */
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

/** What the ways out share. */
export interface OutletEnv {
  readonly state: ExchangeState
  readonly parts: EngineParts
  readonly limits: BodyLimits
  /** In reply order. */
  readonly guards: readonly Guard[]
  /** Undefined when one of the guards has to do with every reply. */
  readonly glances: Glances | undefined
  /** Inbound messages: what replies answer. */
  readonly requests: readonly Message[]
  /** Notes that something was refused on the way out. */
  denied(denial: Denial): void
  /** Renders a refusal of the whole response. */
  refuse(denial: Denial): Reply
  status(status: number): void
}
