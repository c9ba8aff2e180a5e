import type {
  BodyInput,
  BodyOutput,
  BodyPlan,
  BodyTransform,
  Exchange,
  ExchangeSource,
  TransformOutput,
} from '../../../src/core/exchange.ts'
import type { Guard } from '../../../src/core/guard.ts'
import type { Reply, RequestFacts, ResponseHead } from '../../../src/core/http.ts'

/** What a test wants the exchange to say, and what the adapter did with it. */
export interface Script {
  plan?: Partial<BodyPlan>
  begin?: Reply
  receive?: (input: BodyInput) => Reply | undefined
  /** After `receive`. */
  body?: Partial<BodyOutput>
  edits?: [string, string | undefined][]
  add?: (guards: readonly Guard[], change: (body: Partial<BodyOutput>) => void) => Reply | undefined
  respond?: (head: ResponseHead) => Awaited<ReturnType<Exchange['respond']>>
  authInfo?: unknown
  /** Give promises where a promise is allowed. */
  slow?: boolean
}

export interface Scripted extends ExchangeSource {
  readonly log: string[]
  readonly inputs: BodyInput[]
  readonly facts: RequestFacts[]
  readonly signals: AbortSignal[]
}

/** An exchange that follows a script, so that an adapter's own conduct can be told from the engine's. */
export function scripted(script: Script = {}): Scripted {
  const log: string[] = []
  const inputs: BodyInput[] = []
  const facts: RequestFacts[] = []
  const signals: AbortSignal[] = []
  const give = <T>(value: T): T | Promise<T> => (script.slow ? new Promise((resolve) => setTimeout(() => resolve(value), 1)) : value)

  return {
    log,
    inputs,
    facts,
    signals,
    open(request, gone) {
      const signal = 'signal' in gone ? gone.signal : gone
      facts.push(request)
      signals.push(signal)
      let received = false
      let body: BodyOutput = { changed: false, text: '', value: undefined, parsed: false, typed: undefined, ...script.body }
      const context = {
        id: 'exchange-1',
        request,
        principal: undefined,
        chain: undefined,
        findings: [],
        mcp: undefined,
        authInfo: script.authInfo,
        signal,
      }
      return {
        context: context as unknown as Exchange['context'],
        get bodyPlan() {
          return received
            ? { read: false, maxBytes: 0, overflow: 'pass' as const }
            : { read: false, maxBytes: 1024, overflow: 'deny' as const, ...script.plan }
        },
        get body() {
          return body
        },
        requestHeaderEdits: new Map(script.edits),
        begin: () => {
          log.push('begin')
          return give(script.begin)
        },
        receive(input) {
          received = true
          log.push('receive')
          inputs.push(input)
          return give(script.receive?.(input))
        },
        add(guards) {
          log.push('add')
          return give(script.add?.(guards, (change) => (body = { ...body, ...change })))
        },
        respond(head) {
          log.push(`respond ${head.status}`)
          return give(script.respond?.(head) ?? 'pass')
        },
        close: (outcome) => void log.push(`close ${outcome}`),
      }
    },
  }
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A transform over text, applied to each chunk. */
export function transform(
  kind: 'stream' | 'whole',
  head: ResponseHead,
  change: (text: string) => string | TransformOutput,
  end?: () => TransformOutput,
): BodyTransform {
  const outputs: TransformOutput[] = []
  return {
    kind,
    head,
    push(chunk) {
      const out = change(typeof chunk === 'string' ? chunk : decoder.decode(chunk))
      const bytes = typeof out === 'string' ? encoder.encode(out) : out
      if (kind === 'stream') return bytes
      outputs.push(bytes)
      return undefined
    },
    end: end ?? (() => outputs[0]),
  }
}
