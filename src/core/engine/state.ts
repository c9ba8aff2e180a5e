import type { Clock } from '../clock.ts'
import type { GuardContext, McpFacts } from '../context.ts'
import type { ExchangeSource } from '../exchange.ts'
import type { Finding } from '../finding.ts'
import type { Guard } from '../guard.ts'
import type { RequestFacts } from '../http.ts'
import type { Mode } from '../mode.ts'
import type { Observer } from '../observer.ts'
import type { AuthInfo, ChainReport, Principal } from '../principal.ts'

/** Findings kept per exchange; a flood of them is itself only one more finding. */
const maxFindings = 256

/** Tells when the client is gone: a signal, or what has one. */
export type Gone = Parameters<ExchangeSource['open']>[1]

interface SharedParts {
  readonly mode: Mode
  readonly clock: Clock
  readonly observers: readonly Observer[]
  newId(): string
}

/** The context of one exchange, with the parts only the engine may write. */
export class ExchangeState implements GuardContext {
  mcp: McpFacts | undefined
  principal: Principal | undefined
  authInfo: AuthInfo | undefined
  chain: ChainReport | undefined
  /** A per-route guard is mounted. */
  routeGuarded = false
  typedBody: { readonly value: unknown } | undefined
  readonly findings: Finding[] = []
  readonly notes = new Map<unknown, unknown>()
  readonly requestHeaderEdits = new Map<string, string | undefined>()
  readonly responseHeaders: [name: string, value: string][] = []
  #relaxed: Set<string> | undefined

  readonly id: string
  readonly request: RequestFacts
  readonly mode: Mode
  readonly clock: Clock
  readonly #gone: Gone
  readonly #observers: readonly Observer[]

  constructor({ newId, mode, clock, observers }: SharedParts, request: RequestFacts, gone: Gone) {
    this.id = newId()
    this.request = request
    this.mode = mode
    this.clock = clock
    this.#gone = gone
    this.#observers = observers
  }

  get signal(): AbortSignal {
    return 'signal' in this.#gone ? this.#gone.signal : this.#gone
  }

  get guarded(): boolean {
    return this.routeGuarded || this.mcp !== undefined
  }

  report(finding: Finding): void {
    if (this.findings.length >= maxFindings) return
    this.findings.push(finding)
    tell(this.#observers, (observer) => observer.onFinding?.(finding, this))
  }

  authenticate(principal: Principal, authInfo?: AuthInfo): void {
    this.principal = principal
    this.authInfo = authInfo
  }

  attachChain(chain: ChainReport): void {
    this.chain = chain
  }

  setTypedBody(value: unknown): void {
    this.typedBody = { value }
  }

  setRequestHeader(name: string, value: string | undefined): void {
    this.requestHeaderEdits.set(name, value)
  }

  setResponseHeader(name: string, value: string): void {
    this.responseHeaders.push([name, value])
  }

  relax(guards: Readonly<Record<string, false>>): void {
    this.#relaxed ??= new Set()
    for (const name of Object.keys(guards)) this.#relaxed.add(name)
  }

  isRelaxed({ name }: Guard): boolean {
    return this.#relaxed?.has(name) === true
  }
}

/** Observers change nothing: one that throws is left behind, the exchange goes on. */
export function tell(observers: readonly Observer[], call: (observer: Observer) => void): void {
  for (const observer of observers) {
    try {
      call(observer)
    } catch {
      // An observer's own fault must not decide about a request.
    }
  }
}
