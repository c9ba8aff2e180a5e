import { checkKeys, checkOneOf, checkStrings } from '../core/check-options.ts'
import type { GuardContext } from '../core/context.ts'
import type { Finding } from '../core/finding.ts'
import { defineGuard, type EventTransform, type Guard, type TextTransform } from '../core/guard.ts'
import { type HeaderPairs, headerOf, type ResponseHead } from '../core/http.ts'
import type { Message } from '../core/message.ts'
import type { Mode } from '../core/mode.ts'
import { deny, rewrite, type Verdict } from '../core/verdict.ts'
import { parseMediaType } from '../lib/media-type.ts'
import { createRedactor, type RedactorOptions } from '../redact/create-redactor.ts'
import { type DeltaTransform, redactDeltas } from '../redact/deltas/index.ts'
import { chooseHeaders, type HeaderChoice, type HeaderShapeOf } from '../redact/headers/names.ts'
import { redactHeader } from '../redact/headers/value.ts'
import { mayHold, type OutputSchemaOf, type RedactedMessage, redactMessage, redactPlain } from '../redact/message.ts'
import type { Redactor } from '../redact/redactor.ts'
import { Sequels } from '../redact/sequels.ts'

/** What to keep in, and how. */
export interface OutputPolicy
  extends Pick<RedactorOptions, 'pii' | 'secrets' | 'risks' | 'replacement' | 'rules' | 'recognise' | 'thorough'> {
  /** Look at member names of JSON too. Default: on MCP and guarded routes. */
  readonly keys?: boolean | undefined
}

export interface OutputOptions extends OutputPolicy {
  /** Personal data stays for callers who hold one of these scopes. Secrets and active content never do. */
  readonly unless?: { readonly scope: string | readonly string[] } | undefined
  /** Other rules for the results of some tools; `false` leaves them alone. What is not named is taken from the options around. */
  readonly tools?: Readonly<Record<string, OutputPolicy | false>> | undefined
  /** Treat plain routes like MCP routes. Default false: there only secrets are looked for, in JSON and plain text. */
  readonly routes?: boolean | undefined
  /** Media types to look into beyond JSON, event streams and plain text, such as `text/html`. */
  readonly mediaTypes?: readonly string[] | undefined
  /**
   * Response headers to look into, by name (`x-note`, `x-*`). `true` (default): those that carry text or addresses (`Location`, `Link`,
   * `Content-Disposition`, `Warning`, `X-*` and a few more). On MCP and guarded routes only. Headers of the protocol itself are refused here.
   */
  readonly headers?: HeaderChoice | undefined
  /** JSON pointers of text fragments in event streams of your own (`/delta/text`); the formats of the large providers are known. */
  readonly deltas?: readonly string[] | undefined
  readonly mode?: Mode | undefined
}

/** What the guard is told by others. */
export interface OutputParts {
  /** The output schema of a tool, as learnt from passing tool lists. */
  readonly outputSchema?: OutputSchemaOf | undefined
}

const programTypes: ReadonlySet<string> = new Set([
  'text/html',
  'application/xhtml+xml',
  'text/css',
  'text/javascript',
  'application/javascript',
  'image/svg+xml',
])

const policyKeys = ['pii', 'secrets', 'risks', 'replacement', 'rules', 'recognise', 'thorough', 'keys'] as const
const optionKeys = [...policyKeys, 'unless', 'tools', 'routes', 'mediaTypes', 'headers', 'deltas', 'mode'] as const

/**
 * Keeps personal data, secrets and active content from leaving.
 *
 * On MCP routes and where it is mounted on a route: every kind that is on. On plain routes: secrets only, unless `routes` says so.
 * Strict refuses (`output_blocked`), normal replaces and goes on, monitor only reports. A secret where nothing may be replaced (an id,
 * a cursor) refuses in normal mode too. Text that streams is redacted in strict mode as well: its head has already gone.
 */
export function outputGuard(options: OutputOptions = {}, parts: OutputParts = {}): Guard {
  const raw: unknown = options
  checkKeys(raw, optionKeys, 'output')
  for (const [tool, policy] of Object.entries(options.tools ?? {}))
    if (policy !== false) checkKeys(policy, policyKeys, `output.tools.${tool}`)
  checkOneOf(options.mode, ['strict', 'normal', 'monitor'], 'output.mode', 'normal')
  const mediaTypes = checkStrings(options.mediaTypes, 'output.mediaTypes')
  checkStrings(options.deltas, 'output.deltas')
  const scopes = [options.unless?.scope ?? []].flat()
  const shapeOf = chooseHeaders(options.headers ?? true, 'output.headers')

  const everywhere = redactors(options)
  const byTool = new Map(
    Object.entries(options.tools ?? {}).map(([tool, policy]) => [
      tool,
      policy === false ? undefined : redactors({ ...options, ...policy }),
    ]),
  )

  /** A page or a script of the application's own: active content is what it is made of, unless the operator asked for its type. */
  const isProgram = (head: ResponseHead): boolean => {
    const essence = parseMediaType([headerOf(head, 'content-type') ?? '']).essence
    return head.status < 400 && programTypes.has(essence) && mediaTypes?.includes(essence) !== true
  }

  /** Under which the event stream's transform, and what its notifications said, are noted for this guard alone. */
  const streams = {}
  const sequels = {}

  const choose = (ctx: GuardContext, tool: string | undefined, program = false): Redactor | undefined => {
    const set = tool !== undefined && byTool.has(tool) ? byTool.get(tool) : everywhere
    if (set === undefined) return undefined
    if (!ctx.guarded && options.routes !== true) return set.secrets
    const trusted = scopes.some((scope) => ctx.principal?.scopes.includes(scope))
    if (program) return trusted ? set.secrets : set.withoutRisks
    return trusted ? set.withoutPii : set.all
  }

  const reporting = (transform: TextTransform & { readonly findings: readonly Finding[] }, ctx: GuardContext): TextTransform => {
    const mode = options.mode ?? ctx.mode
    let told = 0
    const tell = (text: string): string => {
      for (; told < transform.findings.length; told++) ctx.report(transform.findings[told]!)
      return text
    }
    if (mode !== 'monitor') return { push: (text) => tell(transform.push(text)), end: () => tell(transform.end()) }
    return {
      push(text) {
        tell(transform.push(text))
        return text
      },
      end() {
        tell(transform.end())
        return ''
      },
    }
  }

  return defineGuard({
    name: 'output',
    needs: { replies: true, mediaTypes },
    mode: options.mode,
    onResponse(head, ctx): Verdict | undefined {
      if (shapeOf === undefined || (!ctx.guarded && options.routes !== true)) return undefined
      const redactor = choose(ctx, ctx.mcp?.tool, true)
      if (redactor === undefined) return undefined
      const outcome = redactHead(head, shapeOf, redactor)
      if (outcome === undefined) return undefined
      for (const finding of outcome.findings) ctx.report(finding)
      if ((options.mode ?? ctx.mode) === 'strict') return deny('output_blocked', { reason: `${reasonOf(outcome.findings)} in a header` })
      if (outcome.stuck) return deny('output_blocked', { reason: `${reasonOf(outcome.findings)} in a header; it cannot be replaced there` })
      return rewrite(outcome.head)
    },
    glance(json, ctx) {
      if (byTool.size > 0) return true // which rules apply depends on the call it answers
      const redactor = choose(ctx, undefined)
      return redactor !== undefined && mayHold(json, redactor)
    },
    // A thorough look goes string by string: one that does not end would turn all after it inside out.
    skims: options.thorough !== true,
    follows: (json, ctx) => isNotification(json) && sequelsOf(ctx)?.follows(json) === true,
    onReply(message, ctx): Verdict | undefined {
      const redactor = choose(ctx, message.tool)
      if (redactor === undefined) return undefined
      const holds = mayHold(message.text, redactor)
      if (!holds && !mayGoOn(message.text, sequelsOf(ctx))) return undefined
      const outcome = followed(message, holds ? redacted(message, redactor, ctx) : untouched(message), ctx)
      for (const finding of outcome.findings) ctx.report(finding)
      if (outcome.findings.length === 0)
        return outcome.truncated && ctx.guarded ? deny('output_blocked', { reason: 'too deep or too large to inspect' }) : undefined
      if ((options.mode ?? ctx.mode) === 'strict') return deny('output_blocked', { reason: reasonOf(outcome.findings) })
      if (outcome.stuck) return deny('output_blocked', { reason: `${reasonOf(outcome.findings)}; it cannot be replaced there` })
      return rewrite(outcome.value)
    },
    onEvents(_head, ctx) {
      const redactor = choose(ctx, ctx.mcp?.tool)
      if (redactor === undefined) return undefined
      // An ordinary app's events stay as they are: their JSON passed onReply, their text is looked at event by event.
      if (!ctx.guarded && options.routes !== true) return eventByEvent(redactor, ctx, options.mode ?? ctx.mode)
      const transform = redactDeltas(redactor, { pointers: options.deltas, report: (finding) => ctx.report(finding) })
      ctx.notes.set(streams, transform)
      ctx.notes.set(sequels, new Sequels(redactor.redact))
      return (options.mode ?? ctx.mode) === 'monitor' ? observing(transform) : transform
    },
    onText(head, ctx) {
      const redactor = choose(ctx, ctx.mcp?.tool, isProgram(head))
      return redactor === undefined ? undefined : reporting(redactor.stream(), ctx)
    },
  })

  function sequelsOf(ctx: GuardContext): Sequels | undefined {
    return ctx.notes.get(sequels) as Sequels | undefined
  }

  /** A notification may go on with what the one before it said. */
  function followed(message: Message, outcome: RedactedMessage, ctx: GuardContext): RedactedMessage {
    const { value, findings } = sequelsOf(ctx)?.next(message, outcome.value) ?? outcome
    return value === outcome.value ? outcome : { ...outcome, value, findings: [...outcome.findings, ...findings] }
  }

  /** One event of a stream is looked at without its fragments: those are the stream's. */
  function redacted(message: Message, redactor: Redactor, ctx: GuardContext): RedactedMessage {
    const deltas = message.kind === 'plain' ? (ctx.notes.get(streams) as DeltaTransform | undefined) : undefined
    if (deltas === undefined) return redactMessage(message, redactor, { keys: options.keys ?? ctx.guarded, schema: schemaOf(message, ctx) })
    const rest = deltas.withoutFragments(message.value)
    const outcome = redactPlain(rest, redactor, { keys: options.keys ?? ctx.guarded })
    return { ...outcome, value: deltas.withFragments(outcome.value, message.value) }
  }

  function schemaOf(message: Message, ctx: GuardContext): ReturnType<OutputSchemaOf> {
    return message.tool === undefined ? undefined : parts.outputSchema?.(message.tool, ctx.principal?.id)
  }
}

/** The slash after it may be written with an escape. */
const isNotification = (json: string): boolean => json.includes('"notifications')

const mayGoOn = (json: string, said: Sequels | undefined): boolean => said !== undefined && isNotification(json) && said.mayGoOn(json)

const untouched = ({ value }: Message): RedactedMessage => ({ value, findings: [], stuck: false, truncated: false })

interface RedactedHead {
  readonly head: ResponseHead
  readonly findings: readonly Finding[]
  readonly stuck: boolean
}

/** The head without what must not leave; undefined when there is nothing of that kind. */
function redactHead(head: ResponseHead, shapeOf: HeaderShapeOf, redactor: Redactor): RedactedHead | undefined {
  const findings: Finding[] = []
  let headers: HeaderPairs[number][] | undefined
  let stuck = false
  for (let i = 0; i < head.headers.length; i++) {
    const [given, value] = head.headers[i] as HeaderPairs[number]
    const name = given.toLowerCase()
    const shape = shapeOf(name)
    if (shape === undefined) continue
    const made = redactHeader(value, shape, redactor)
    if (made.findings.length === 0) continue
    for (const finding of made.findings) findings.push({ ...finding, pointer: `header ${name}` })
    stuck ||= made.stuck
    headers ??= [...head.headers]
    headers[i] = [given, made.value]
  }
  return headers === undefined ? undefined : { head: { status: head.status, headers }, findings, stuck }
}

/** Redacts plain text data without carrying anything over to the next event. */
function eventByEvent(redactor: Redactor, ctx: GuardContext, mode: Mode): EventTransform {
  return {
    push(event) {
      const first = event.data?.trimStart()[0]
      if (event.data === undefined || first === undefined || first === '{' || first === '[') return [event]
      const { text, findings } = redactor.redact(event.data)
      for (const finding of findings) ctx.report(finding)
      return [findings.length === 0 || mode === 'monitor' ? event : { ...event, data: text }]
    },
    end: () => [],
  }
}

/** Lets every event pass as it is, while the transform sees it. */
function observing(transform: EventTransform): EventTransform {
  return {
    push(event) {
      transform.push(event)
      return [event]
    },
    end() {
      transform.end()
      return []
    },
  }
}

interface RedactorSet {
  readonly all: Redactor
  readonly withoutPii: Redactor
  readonly withoutRisks: Redactor
  readonly secrets: Redactor
}

function redactors({ pii, secrets, risks, replacement, rules, recognise, thorough }: OutputPolicy): RedactorSet {
  const common = { secrets, replacement, thorough }
  const without = (...groups: string[]) => rules?.filter((kind) => !groups.includes(kind.group))
  return {
    all: createRedactor({ ...common, pii, risks, rules, recognise }),
    withoutPii: createRedactor({ ...common, pii: false, risks, rules: without('pii') }),
    withoutRisks: createRedactor({ ...common, pii, risks: false, rules: without('risk'), recognise }),
    secrets: createRedactor({ ...common, pii: false, risks: false, rules: without('pii', 'risk') }),
  }
}

/** For the audit trail: which kinds, and nothing of the text. */
function reasonOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map((finding) => finding.rule))].join(', ')
}
