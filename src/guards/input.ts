import { checkKeys, checkOneOf } from '../core/check-options.ts'
import type { GuardContext } from '../core/context.ts'
import type { Finding } from '../core/finding.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import type { Mode } from '../core/mode.ts'
import { deny, rewrite, type Verdict } from '../core/verdict.ts'
import { describesServer } from '../definitions/inspect.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { mayAnswer } from '../mcp/may-answer.ts'
import { mapJsonText, mapSlots, type Slot, visitSlots } from '../mcp/slots.ts'
import { disarmMessage } from '../redact/disarm.ts'
import type { OutputSchemaOf } from '../redact/message.ts'
import { mustChange, type ScanResult } from '../scan/result.ts'
import { createScanner, type Scanner, type ScannerOptions } from '../scan/scanner.ts'

export interface InputOptions extends ScannerOptions {
  /** Repairs and denies on plain routes too, not only on MCP routes. Default false; true where the guard is mounted on a route. */
  readonly routes?: boolean | undefined
  /**
   * Judges what the server answers on MCP routes, too: tool results, resources, errors. They carry other people's text, and a model reads
   * it next. Prompts of the server are its own words, definitions are another guard's. Default true.
   */
  readonly results?: boolean | undefined
  /** Overrides the mode of the exchange for this guard. */
  readonly mode?: Mode | undefined
}

const keys = ['rules', 'sensitivity', 'detectors', 'neutralise', 'marker', 'routes', 'results', 'mode'] as const

/** Texts of one message that asynchronous detectors are asked about at once. */
const maxAsked = 64

/** Parts of a query that are looked at one by one. */
const maxQueryTexts = 64

const encoder = new TextEncoder()

/** What the guard is told by others. */
export interface InputParts {
  /** A scanner that other guards share. */
  readonly scanner?: Scanner | undefined
  /** The output schema of a tool, as learnt from passing tool lists: what a result must still meet after repair. */
  readonly outputSchema?: OutputSchemaOf | undefined
}

/** Slots of what a server answers. */
const answerSlots = ['tool-result', 'resource'] as const

/**
 * Refuses or repairs messages that carry injected instructions, hidden characters or encoded payloads.
 *
 * Looks wherever untrusted text sits: tool arguments, prompts, posted answers, names and keys, and what tools and resources give back.
 * Strict denies with `input_blocked` (a result: `output_blocked`); normal takes out the offending passages and hands the rest on byte for
 * byte; monitor only reports. A passage that must not be rewritten (an id, a cursor, a name, the query) denies in normal mode too. On plain
 * routes it reports findings only, unless mounted there or `routes` is set. Mounted on a route it reads JSON, forms and text, and refuses
 * bodies of other media types: uploads, images.
 */
export function inputGuard(options: InputOptions = {}): Guard {
  const guard = createInputGuard({ routes: true, ...options })
  return options.routes === false ? guard : { ...guard, needs: { ...guard.needs, readable: true } }
}

/** The same as a part of a whole. */
export function createInputGuard(options: InputOptions, parts: InputParts = {}): Guard {
  const raw: unknown = options
  checkKeys(raw, keys, 'input')
  checkOneOf(options.mode, ['strict', 'normal', 'monitor'], 'input.mode', 'normal')
  const { routes, results = true, mode, ...scannerOptions } = options
  const scanner = parts.scanner ?? createScanner(scannerOptions)
  const asynchronous = options.detectors?.some((detector) => detector.sync !== true) === true

  const judge = (message: Message, found: ReadonlyMap<string, ScanResult>, truncated: boolean, ctx: GuardContext): Verdict | undefined => {
    let objected = false
    for (const [pointer, result] of found) {
      objected ||= mustChange(result)
      for (const finding of result.findings) ctx.report(located(finding, pointer))
    }
    const acts = message.kind !== 'plain' || routes === true
    if (!acts) return undefined
    if (truncated) return deny('input_blocked', { reason: 'too deep or too large to inspect' })
    if (!objected) return undefined
    if ((mode ?? ctx.mode) === 'strict') return deny('input_blocked', { reason: rulesOf(found) })
    const repaired = repair(message, found, scanner)
    return repaired === undefined ? deny('input_blocked', { reason: `${rulesOf(found)}; it cannot be repaired there` }) : rewrite(repaired)
  }

  /** Judges an answer; `known`: what asynchronous detectors said of its texts. */
  const judgeAnswer = (message: Message, ctx: GuardContext, known?: ReadonlyMap<string, ScanResult>): Verdict | undefined => {
    const slot = slotOf(message)
    const schema = message.tool === undefined ? undefined : parts.outputSchema?.(message.tool, ctx.principal?.id)
    const judging = {
      scan: (text: string) => known?.get(text) ?? scanner.scan(text, { slot }),
      sanitise: (text: string) => scanner.sanitise(text, { slot }).text,
    }
    const { findings, stuck, truncated, value } = disarmMessage(message, judging, schema)
    for (const finding of findings) ctx.report(finding)
    if (truncated) return deny('output_blocked', { reason: 'too deep or too large to inspect' })
    if (findings.length === 0) return undefined
    const reason = namesOf(findings)
    if ((mode ?? ctx.mode) === 'strict') return deny('output_blocked', { reason })
    return stuck ? deny('output_blocked', { reason: `${reason}; it cannot be repaired there` }) : rewrite(value)
  }

  const answers: Pick<Guard, 'glance' | 'skims' | 'onReply'> = {
    skims: true,
    glance: (json, ctx) => ctx.mcp !== undefined && mayAnswer(json) && scanner.gate(json, answerSlots),
    onReply(message, ctx): MaybePromise<Verdict | void> {
      if (ctx.mcp === undefined || !isAnswer(message)) return
      if (!asynchronous) return judgeAnswer(message, ctx)
      const slot = slotOf(message)
      const texts = new Set<string>()
      visitSlots(message, (text) => void (texts.size < maxAsked && texts.add(text)))
      return Promise.all([...texts].map(async (text) => [text, await scanner.scanAsync(text, { slot })] as const)).then((known) =>
        judgeAnswer(message, ctx, new Map(known)),
      )
    },
  }

  return defineGuard({
    name: 'input',
    mode,
    needs: { body: true, replies: results },
    ...(results ? answers : {}),
    onRequest(ctx) {
      const { query } = ctx.request
      if (query.length < 8) return
      const found = new Map<string, ScanResult>()
      for (const text of textsOfQuery(query)) {
        const result = scanner.scan(text, { slot: 'prompt' })
        for (const finding of result.findings) ctx.report(located(finding, 'query'))
        if (mustChange(result)) found.set(`query ${found.size}`, result)
      }
      // A target cannot be rewritten: routers have read it.
      if (found.size > 0 && routes === true) return deny('input_blocked', { reason: rulesOf(found) })
    },
    onMessage(message, ctx): MaybePromise<Verdict | void> {
      if (!asynchronous && isJson(message) && !scanner.gate(message.bytes ?? encoder.encode(message.text))) return
      const found = new Map<string, ScanResult>()
      const texts: { readonly text: string; readonly slot: Slot }[] = []
      const { truncated } = visitSlots(message, (text, slot) => {
        const result = scanner.scan(text, { slot: slot.kind })
        if (result.findings.length > 0) found.set(place(slot), result)
        if (asynchronous && texts.length < maxAsked) texts.push({ text, slot })
      })
      if (!asynchronous) return judge(message, found, truncated, ctx)
      return Promise.all(
        texts.map(async ({ text, slot }) => [place(slot), await scanner.scanAsync(text, { slot: slot.kind })] as const),
      ).then((late) => {
        for (const [pointer, result] of late) if (result.findings.length > 0) found.set(pointer, result)
        return judge(message, found, truncated, ctx)
      })
    },
  })
}

/** The message with the offending passages taken out; undefined when one of them stands where nothing may be rewritten. */
function repair(message: Message, found: ReadonlyMap<string, ScanResult>, scanner: Scanner): unknown {
  const clean = (text: string, slot: Slot): string => scanner.sanitise(text, { slot: slot.kind }).text
  const mapped = mapSlots(message, (text, slot) => {
    const result = found.get(place(slot))
    if (result === undefined || !mustChange(result)) return text
    return slot.jsonText ? mapJsonText(text, slot, clean) : clean(text, slot)
  })
  return mapped.refused > 0 || mapped.truncated || !mapped.changed ? undefined : mapped.value
}

/** Answers with other people's text in them. */
function isAnswer(message: Message): boolean {
  return message.kind === 'response' && message.method !== 'prompts/get' && !describesServer(message)
}

function slotOf({ method }: Message): 'resource' | 'tool-result' {
  return method === 'resources/read' ? 'resource' : 'tool-result'
}

/** A key and its value share a pointer; findings keep them apart. */
function place(slot: Slot): string {
  return slot.key ? `${slot.pointer}#` : slot.pointer
}

function located(finding: Finding, pointer: string): Finding {
  return { ...finding, pointer: finding.pointer ?? pointer }
}

/** For the audit trail: which rules, and nothing of the text. */
function rulesOf(found: ReadonlyMap<string, ScanResult>): string {
  return namesOf([...found.values()].flatMap(({ findings }) => findings))
}

function namesOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ rule }) => rule))].slice(0, 8).join(', ')
}

function isJson(message: Message): boolean {
  return message.kind !== 'plain' || message.mediaType.endsWith('json')
}

/** Names and values as handlers read them, each by itself, and all of them in one for what is cut up over several. */
function textsOfQuery(query: string): readonly string[] {
  const texts: string[] = []
  for (const pair of new URLSearchParams(query)) for (const text of pair) if (text.length >= 8) texts.push(text)
  return texts.length > 1 ? [...texts.slice(0, maxQueryTexts), texts.join(' ')] : texts
}
