import { readJson } from '../../lib/json.ts'
import { checkBounds } from '../../lib/json-bounds.ts'
import { andThen, isPromise, type MaybePromise } from '../../lib/maybe-promise.ts'
import { type MediaType, parseMediaType } from '../../lib/media-type.ts'
import { headFacts, looksLikeMcpHead, mcpFacts, type Recognised, recognise, versionHeader } from '../../mcp/recognise.ts'
import type { DenialCode } from '../codes.ts'
import type { BodyInput, BodyOutput, BodyPlan, BodyTransform, Exchange } from '../exchange.ts'
import type { BodyLimits, Guard } from '../guard.ts'
import type { Reply, RequestFacts, ResponseHead } from '../http.ts'
import type { Denial } from '../verdict.ts'
import { ExchangeBody } from './body.ts'
import { announcesTooMuch, type BodyKind, bodyKind, hasForeignCharset, leaveAlone, planBody, tightest } from './intake.ts'
import { InwardMessages } from './inward.ts'
import { type Ask, type Judgement, judge } from './judge.ts'
import { formValue, LazyMessage } from './messages.ts'
import { openResponse } from './outlet.ts'
import type { EngineParts } from './parts.ts'
import { decodeText, faultCode, parseLeniently, peekForJson, resemblesRpc } from './reading.ts'
import { Refusals } from './refusals.ts'
import { ExchangeState, type Gone, tell } from './state.ts'

const noReply = undefined

const askRequest: Ask = (guard, _message, state) => guard.onRequest?.(state)

/** One request and its response on their way through the guards. */
export class EngineExchange implements Exchange {
  readonly context: ExchangeState
  readonly #parts: EngineParts
  readonly #media: MediaType
  readonly #kind: BodyKind
  readonly #startedAt: number
  readonly #byHead: boolean
  /** Innermost route first; the outer list last. Replies pass them in this order. */
  #layers: (readonly Guard[])[] = []
  #limits: BodyLimits
  #plan: BodyPlan = leaveAlone
  #received = false
  /** A plain body that would be refused on a guarded route. */
  #fault: DenialCode | undefined
  /** There is a body, and it was left unread for what it is. */
  #left = false
  readonly #refusals: Refusals
  readonly #inward: InwardMessages
  #closed = false
  #body: BodyOutput | undefined
  #replyOrder: readonly Guard[] | undefined

  constructor(parts: EngineParts, request: RequestFacts, gone: Gone) {
    this.#parts = parts
    this.context = new ExchangeState(parts, request, gone)
    this.#refusals = new Refusals(parts, this.context, () => this.#inward.list)
    this.#inward = new InwardMessages(parts, this.context, this.#refusals)
    this.#startedAt = parts.clock.now()
    this.#media = parseMediaType(request.headers.all('content-type'))
    this.#kind = bodyKind(this.#media)
    this.#limits = parts.limits
    this.#byHead = parts.isMcpPath(request.path) || looksLikeMcpHead(request, parts.answeredMcp(request.path))
  }

  get bodyPlan(): BodyPlan {
    return this.#received ? leaveAlone : this.#plan
  }

  get requestHeaderEdits(): ReadonlyMap<string, string | undefined> {
    return this.context.requestHeaderEdits
  }

  get body(): BodyOutput {
    this.#body ??= new ExchangeBody(this.context, this.#inward)
    return this.#body
  }

  begin(): MaybePromise<Reply | undefined> {
    const parts = this.#parts
    const state = this.context
    if (parts.skips(state)) return noReply
    if (this.#byHead) {
      state.mcp = headFacts(state.request)
      // A coded reply could not be inspected; asking for none is cheaper than refusing it.
      state.setRequestHeader('accept-encoding', undefined)
    }
    const joined = this.#join(parts.guards)
    const own = parts.routeGuards
    return own === undefined ? joined : andThen(joined, (reply) => reply ?? this.add(own))
  }

  add(guards: readonly Guard[]): MaybePromise<Reply | undefined> {
    const first = !this.context.routeGuarded
    this.context.routeGuarded = true
    if (first && this.#fault !== undefined) {
      const refused = this.#refusals.refuse({ code: this.#fault }, 'message')
      if (refused !== undefined) return refused
    }
    return this.#join(guards)
  }

  receive(input: BodyInput): MaybePromise<Reply | undefined> {
    this.#received = true
    if ('fault' in input) return this.#unreadable(input.fault)
    if (this.#kind === 'other' && 'bytes' in input && input.bytes.length > 0 && peekForJson(input.bytes) !== 'read') return this.#leave()
    const read = 'parsed' in input ? { value: input.parsed } : this.#read(input.bytes)
    if (read === undefined) return this.#inward.judgeNone(this.#requestOrder())
    if ('refusal' in read) return read.refusal
    const bounds = 'text' in read ? undefined : checkBounds(read.value, this.#limits)
    if (bounds !== undefined) {
      if (this.context.guarded || this.#recognise(read.value).mcp)
        return this.#refusals.refuse({ code: 'message_invalid', reason: bounds }, 'message')
      return this.#pass('message_invalid')
    }
    return this.#classify(read.value, 'text' in read ? read.text : undefined, 'bytes' in input ? input.bytes : undefined)
  }

  respond(head: ResponseHead): MaybePromise<BodyTransform | 'pass' | { readonly passWith: ResponseHead } | { readonly reply: Reply }> {
    const refusals = this.#refusals
    refusals.status = head.status
    return openResponse(head, {
      state: this.context,
      parts: this.#parts,
      limits: this.#limits,
      guards: this.#inReplyOrder(),
      glances: undefined,
      requests: this.#inward.list,
      denied: (denial) => {
        refusals.denied ??= denial.code
      },
      refuse: (denial) => refusals.render(denial, undefined),
      status: (status) => {
        refusals.status = status
      },
    })
  }

  close(outcome: 'finished' | 'aborted' | 'failed'): void {
    if (this.#closed) return
    this.#closed = true
    const parts = this.#parts
    const state = this.context
    const durationMs = parts.clock.now() - this.#startedAt
    const summary = { id: state.id, outcome, status: this.#refusals.status, denied: this.#refusals.denied, durationMs }
    for (const guard of this.#inReplyOrder()) {
      if (guard.onClose === undefined) continue
      try {
        guard.onClose(summary, state)
      } catch {
        // The response is over; there is nothing left to deny.
      }
    }
    tell(parts.observers, (observer) => observer.onClose?.(summary, state))
  }

  /** Lets a layer of guards see the head, then what was read so far. */
  #join(guards: readonly Guard[]): MaybePromise<Reply | undefined> {
    const parts = this.#parts
    const state = this.context
    this.#layers.unshift(guards)
    this.#replyOrder = undefined
    if (guards !== parts.guards) this.#limits = tightest(guards, this.#limits)
    if (!this.#received) {
      this.#plan = planBody(state.request, this.#kind, {
        body: state.guarded || this.#layers.some(wantBodies),
        guarded: state.guarded,
        answered: parts.answeredMcp(state.request.path),
        limits: this.#limits,
      })
    }
    const judged = judge(guards, state, parts.observers, 'request', askRequest)
    return isPromise(judged) ? judged.then((outcome) => this.#joined(guards, outcome)) : this.#joined(guards, judged)
  }

  #joined(guards: readonly Guard[], outcome: Judgement): MaybePromise<Reply | undefined> {
    const reply = this.#refusals.answer(outcome, undefined)
    if (reply !== undefined) return reply
    if (this.#received && this.#inward.list.length === 0) return this.#refuseLeft(guards) ?? this.#inward.judgeNone(guards)
    if (this.#received) return this.#inward.judge(guards)
    return this.#plan.read ? this.#checkHead() : this.#inward.judgeNone(guards)
  }

  /** What the head alone already shows to be unreadable. */
  #checkHead(): Reply | undefined {
    const state = this.context
    if (!this.#plan.read) return noReply
    if (announcesTooMuch(state.request, this.#plan)) return this.#refusals.refuse({ code: 'body_too_large' }, 'request')
    if (hasForeignCharset(this.#media)) return this.#refusals.refuse({ code: 'media_type_unsupported', reason: 'charset' }, 'request')
    return noReply
  }

  #unreadable(fault: (BodyInput & { fault: unknown })['fault']): MaybePromise<Reply | undefined> {
    if (fault === 'too-large')
      return this.#plan.overflow === 'pass' ? this.#pass('body_too_large') : this.#refusals.refuse({ code: 'body_too_large' }, 'request')
    if (fault === 'left') return this.#leave()
    if (fault === 'truncated') return this.#refusals.refuse({ code: 'message_invalid', reason: 'the client stopped mid-body' }, 'request')
    const strict = this.#kind === 'json' || this.context.guarded
    const denial: Denial =
      fault === 'coding'
        ? { code: 'media_type_unsupported', reason: 'content coding' }
        : { code: 'message_invalid', reason: 'the body was consumed before the guards and no copy is left' }
    return strict ? this.#refusals.refuse(denial, 'request') : this.#pass(denial.code)
  }

  /** An upload, or something else nobody here reads. Guards that must know what they let through refuse it. */
  #leave(): MaybePromise<Reply | undefined> {
    this.#left = true
    const guards = this.#requestOrder()
    return this.#refuseLeft(guards) ?? this.#inward.judgeNone(guards)
  }

  #refuseLeft(guards: readonly Guard[]): Reply | undefined {
    if (!this.#left || !guards.some((guard) => guard.needs?.readable === true && !this.context.isRelaxed(guard))) return noReply
    return this.#refusals.refuse({ code: 'media_type_unsupported', reason: 'a guard of this route cannot read such a body' }, 'message')
  }

  /** Hands a plain body on although it was not inspected; a per-route guard mounted later refuses it after all. */
  #pass(code: DenialCode): undefined {
    this.#fault = code
    this.context.report({ rule: `body/${code.replaceAll('_', '-')}`, severity: 'low' })
    return undefined
  }

  #read(bytes: Uint8Array): { readonly value: unknown; readonly text?: string } | { readonly refusal: Reply | undefined } | undefined {
    if (bytes.length === 0) return undefined
    const jsonLike = this.#kind === 'json' || peekForJson(bytes) === 'read'
    if (!jsonLike) return this.#readText(bytes)
    const read = readJson(bytes, this.#limits)
    if (read.ok) return { value: read.value, text: read.text }
    if (this.context.guarded && this.#kind === 'json')
      return { refusal: this.#refusals.refuse({ code: faultCode(read.fault), reason: read.fault }, 'message') }
    // Ambiguous or broken. Nobody may act on it as MCP; on a plain route it is its handler's to judge, as without us.
    const lenient = parseLeniently(bytes)
    if (lenient === undefined) {
      if (this.#kind !== 'json') return this.#readText(bytes)
      this.#pass(faultCode(read.fault))
      return undefined
    }
    // With duplicate members even "is it MCP?" has two answers: whatever resembles JSON-RPC is refused.
    if (this.#recognise(lenient.value).mcp || resemblesRpc(lenient.value)) {
      this.context.mcp ??= headFacts(this.context.request)
      return { refusal: this.#refusals.refuse({ code: faultCode(read.fault), reason: read.fault }, 'message') }
    }
    this.#pass(faultCode(read.fault))
    return undefined
  }

  #readText(bytes: Uint8Array): { readonly value: unknown; readonly text: string } | undefined {
    const text = decodeText(bytes, this.#media.charset)
    if (text === undefined) {
      this.#pass('media_type_unsupported')
      return undefined
    }
    return { value: this.#kind === 'form' ? formValue(text) : text, text }
  }

  #recognise(value: unknown): Recognised {
    const { request } = this.context
    return recognise(value, { byHead: this.#byHead, answered: this.#parts.answeredMcp(request.path), version: versionHeader(request) })
  }

  #classify(value: unknown, text: string | undefined, bytes: Uint8Array | undefined): MaybePromise<Reply | undefined> {
    const state = this.context
    const found = this.#recognise(value)
    if (!found.mcp) {
      const mediaType = this.#media.essence === '' ? 'text/plain' : this.#media.essence
      const parts = { kind: 'plain', direction: 'inward', mediaType, bytes } as const
      this.#inward.list = [text === undefined ? LazyMessage.ofValue(parts, value) : LazyMessage.ofText(parts, text, { value })]
      return this.#inward.judge(this.#requestOrder())
    }
    state.setRequestHeader('accept-encoding', undefined)
    state.mcp = mcpFacts(state.request, found)
    if (this.#kind !== 'json' && text !== undefined) return this.#refusals.refuse({ code: 'media_type_unsupported' }, 'message')
    if (found.fault !== undefined) {
      const echo = found.fault.id === undefined ? undefined : ({ kind: 'request', id: found.fault.id } as const)
      return this.#refusals.refuse({ code: 'message_invalid', reason: found.fault.reason }, 'message', echo)
    }
    if (found.messages.length > this.#limits.maxBatch)
      return this.#refusals.refuse({ code: 'batch_invalid', reason: 'too many entries' }, 'message')
    this.#inward.list = found.messages.map((entry) => {
      const { kind, id, method, tool } = entry
      const parts = { kind, id, method, tool, direction: 'inward', mediaType: 'application/json', bytes } as const
      return text === undefined || found.batch
        ? LazyMessage.ofValue(parts, entry.value)
        : LazyMessage.ofText(parts, text, { value: entry.value })
    })
    return this.#inward.judge(this.#requestOrder())
  }

  /** Requests pass the outer guards first. */
  #requestOrder(): readonly Guard[] {
    return this.#layers.length === 1 ? (this.#layers[0] as readonly Guard[]) : [...this.#layers].reverse().flat()
  }

  /** Replies pass the innermost route's guards first. */
  #inReplyOrder(): readonly Guard[] {
    this.#replyOrder ??= this.#layers.length === 1 ? (this.#layers[0] as readonly Guard[]) : this.#layers.flat()
    return this.#replyOrder
  }
}

function wantBodies(guards: readonly Guard[]): boolean {
  return guards.some((guard) => Boolean(guard.needs?.body))
}
