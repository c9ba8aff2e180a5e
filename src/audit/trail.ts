import type { GuardContext } from '../core/context.ts'
import type { Finding, Severity } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import type { ExchangeSummary, VerdictRecord } from '../core/observer.ts'
import { printable } from '../lib/printable.ts'
import type { HashText } from './chain.ts'
import type { AuditRecord } from './event.ts'
import { exchangeFacts, httpFacts, loggable, type MessageFacts, maxFindings, messageFacts, worst } from './record.ts'
import type { Wanted } from './sink.ts'

/** The most messages of one exchange that are told apart; MCP bounds batches to as many. */
const maxMessages = 100

/**
 * What is known of one exchange so far, and the records made of it: one for each inbound message, or one for the exchange when it has no
 * message. Refusals are recorded when they happen, the rest when the outcome is known. Bounded, however long a stream lives.
 */
export class Trail {
  readonly #hash: HashText
  readonly #redact: (text: string) => string
  readonly #open: Message[] = []
  #findings: Finding[] = []
  #findingsTotal = 0
  #mitigations: Set<string> | undefined
  #repaired = false
  /** The request itself was refused: nothing in it was allowed. */
  #refused = false
  #recorded = false
  #wouldDeny: VerdictRecord | undefined

  constructor(hash: HashText, redact: (text: string) => string) {
    this.#hash = hash
    this.#redact = redact
  }

  finding(finding: Finding): void {
    this.#findingsTotal++
    if (this.#findings.length < maxFindings) this.#findings.push(this.#cleanFinding(loggable(finding)))
  }

  /** A message every guard let pass. What is recorded of it is worked out when it is. */
  message(message: Message): void {
    if (this.#open.length < maxMessages) this.#open.push(message)
  }

  /** The record of a verdict, when it is due at once. */
  verdict(record: VerdictRecord, ctx: GuardContext): AuditRecord | undefined {
    if (record.action === 'rewrite') {
      this.#repaired ||= record.enforced
      this.#mitigate(`rewritten:${record.guard}`)
      return undefined
    }
    if (!record.enforced) {
      this.#wouldDeny ??= record
      return undefined
    }
    this.#mitigate(`denied:${record.guard}`)
    const inbound = record.phase === 'request' || record.phase === 'message'
    if (inbound) this.#refused = true
    return this.#make(ctx, this.#factsOf(inbound ? record.message : this.#settle(record)), {
      decision: 'deny',
      enforced: true,
      ...this.#denial(record),
      severity: denialSeverity(record, this.#findings),
    })
  }

  /** The records that were waiting for the outcome. */
  close(summary: ExchangeSummary, ctx: GuardContext, wanted: Wanted): AuditRecord[] {
    if (this.#refused || (this.#open.length === 0 && this.#recorded) || !this.#isWanted(wanted)) return []
    const waiting: (Message | undefined)[] = this.#open.length === 0 ? [undefined] : this.#open
    return waiting.map((message) =>
      this.#make(
        ctx,
        this.#factsOf(message),
        {
          decision: this.#repaired ? 'rewrite' : 'allow',
          ...(this.#wouldDeny === undefined ? {} : { enforced: false, ...this.#denial(this.#wouldDeny) }),
          severity: worst(this.#findings, summary.outcome === 'failed' ? 'low' : 'info'),
        },
        summary,
      ),
    )
  }

  /** The record of a tool call that is about to run. */
  intent(message: Message, ctx: GuardContext): AuditRecord {
    return { ...this.#make(ctx, this.#factsOf(message), { severity: 'info' }), type: 'intent' }
  }

  #mitigate(what: string): void {
    this.#mitigations ??= new Set()
    this.#mitigations.add(what)
  }

  #isWanted(wanted: Wanted): boolean {
    if (wanted === 'all' || this.#wouldDeny !== undefined) return true
    return wanted === 'changes' && this.#repaired
  }

  #factsOf(message: Message | undefined): MessageFacts | undefined {
    return message === undefined ? undefined : messageFacts(message, this.#hash)
  }

  /** A refused reply settles the message it answers, which then gets no record of its own. */
  #settle(record: VerdictRecord): Message | undefined {
    const { message } = record
    let at = message?.id === undefined ? -1 : this.#open.findIndex((asked) => asked.id === message.id)
    if (at < 0 && this.#open.length === 1 && message?.kind !== 'request' && message?.kind !== 'notification') at = 0
    if (at < 0) return message
    return this.#open.splice(at, 1)[0]
  }

  #denial(record: VerdictRecord) {
    const { denial } = record
    const statement = denial?.statement
    return {
      code: denial?.code,
      guard: record.guard,
      phase: record.phase,
      ...(denial?.reason === undefined ? {} : { reason: printable(this.#redact(denial.reason), 512) }),
      ...(statement === undefined ? {} : { statement: printable(statement, 128) }),
    }
  }

  #cleanFinding(finding: Finding): Finding {
    return finding.pointer === undefined ? finding : { ...finding, pointer: this.#redact(finding.pointer) }
  }

  /** Names, keys and paths are the caller's own words: a secret may stand in them. */
  #clean<Facts extends { readonly path: string }>(facts: Facts): Facts {
    return { ...facts, path: this.#redact(facts.path) }
  }

  #make(
    ctx: GuardContext,
    facts: MessageFacts | undefined,
    what: Partial<AuditRecord> & { readonly severity: Severity },
    summary?: ExchangeSummary,
  ): AuditRecord {
    this.#recorded = true
    const about = exchangeFacts(ctx)
    const record: AuditRecord = {
      id: crypto.randomUUID(),
      time: new Date(ctx.clock.now()).toISOString(),
      type: 'decision',
      ...what,
      ...about,
      trace: facts?.trace ?? about.trace,
      http: this.#clean(httpFacts(ctx, summary?.status)),
      method: facts?.method,
      tool: facts?.tool === undefined ? undefined : this.#redact(facts.tool),
      argumentsHash: facts?.argumentsHash,
      argumentsLength: facts?.argumentsLength,
      findings: this.#findings.length === 0 ? undefined : this.#findings,
      findingsTotal: this.#findingsTotal > this.#findings.length ? this.#findingsTotal : undefined,
      mitigations: this.#mitigations === undefined ? undefined : [...this.#mitigations],
      outcome: summary?.outcome,
      durationMs: summary === undefined ? undefined : Math.round(summary.durationMs * 100) / 100,
    }
    this.#findings = []
    this.#findingsTotal = 0
    return record
  }
}

function denialSeverity(record: VerdictRecord, findings: readonly Finding[]): Severity {
  switch (record.denial?.code) {
    case 'guard_failed':
    case 'audit_unavailable':
      return 'high'
    case 'rate_limited':
    case 'budget_exceeded':
    case 'concurrency_exceeded':
    case 'draining':
      return 'low'
    default:
      return worst(findings, 'medium')
  }
}
