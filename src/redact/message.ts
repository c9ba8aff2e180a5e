import type { Finding } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import { mapJsonText, mapSlots, type Slot } from '../mcp/slots.ts'
import type { Redactor } from './redactor.ts'
import type { Schema } from './shape.ts'
import { type RedactedValue, redactValue } from './value.ts'

/** Gives the output schema of a tool as a caller was shown it. */
export type OutputSchemaOf = (tool: string, partition?: string) => Schema | undefined

export interface RedactMessageOptions {
  /** Schema that `structuredContent` must still meet. */
  readonly schema?: Schema | undefined
  readonly keys?: boolean | undefined
}

export interface RedactedMessage {
  readonly value: unknown
  readonly findings: readonly Finding[]
  /** Something was found where nothing may be replaced; the message must not leave. */
  readonly stuck: boolean
  /** Part of the message was not looked at: too deep, too many values, or too much base64. */
  readonly truncated: boolean
}

/** False only when nothing in the message can be redacted. Reads its text once and parses nothing. */
export function mayHold(message: Message, redactor: Redactor): boolean {
  // Base64 of textual resources is looked into by the exact pass; a name may hide behind an escape.
  return redactor.gate(message.text) || (message.kind !== 'plain' && /"blob"|\\u00/.test(message.text))
}

type Members = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Redacts one outbound message: every slot, `structuredContent` within its schema, and text blocks that say the same as it.
 */
export function redactMessage(message: Message, redactor: Redactor, options: RedactMessageOptions = {}): RedactedMessage {
  const findings: Finding[] = []
  const structured = redactStructured(message, redactor, options)
  if (structured !== undefined) findings.push(...structured.outcome.findings)

  const redactSlot = (text: string, slot: Slot): string => {
    if (slot.structured && structured !== undefined && slot.pointer.startsWith(STRUCTURED)) return text
    if (slot.key && options.keys !== true) return text
    const mirror = structured?.mirrorOf(text)
    if (mirror !== undefined) return mirror
    if (slot.jsonText && !slot.key)
      return mapJsonText(text, slot, (leaf, inner) => (inner.key && options.keys !== true ? leaf : redactLeaf(leaf, slot)))
    return redactLeaf(text, slot)
  }
  const redactLeaf = (text: string, slot: Slot): string => {
    const made = redactor.redact(text)
    for (const finding of made.findings) findings.push({ ...finding, pointer: slot.pointer })
    return made.text
  }

  const mapped = mapSlots(message, redactSlot)
  const stuck = mapped.refused > 0 || mapped.truncated || structured?.outcome.broken === true
  return { value: structured === undefined ? mapped.value : structured.put(mapped.value), findings, stuck, truncated: mapped.truncated }
}

const STRUCTURED = '/result/structuredContent'

interface Structured {
  readonly outcome: RedactedValue
  /** The text that says what the redacted content says, for a text that said what the content said. */
  mirrorOf(text: string): string | undefined
  /** The message value with the redacted content in it. */
  put(value: unknown): unknown
}

function redactStructured(message: Message, redactor: Redactor, options: RedactMessageOptions): Structured | undefined {
  const result = isObject(message.value) ? message.value['result'] : undefined
  if (!isObject(result) || !Object.hasOwn(result, 'structuredContent')) return undefined
  const content = result['structuredContent']
  const made = redactValue(redactor.redact, content, options)
  const outcome = {
    ...made,
    findings: made.findings.map((finding) => ({ ...finding, pointer: STRUCTURED + finding.pointer })),
  }
  let original: string | undefined
  return {
    outcome,
    mirrorOf(text) {
      if (!outcome.changed) return undefined
      try {
        const value: unknown = JSON.parse(text)
        original ??= JSON.stringify(content)
        if (JSON.stringify(value) !== original) return undefined
      } catch {
        return undefined
      }
      return JSON.stringify(outcome.value, null, indentOf(text))
    },
    put(value) {
      if (!outcome.changed || !isObject(value) || !isObject(value['result'])) return value
      return { ...value, result: { ...value['result'], structuredContent: outcome.value } }
    },
  }
}

/** White space the text indents with, so that what is rewritten looks as it did. */
function indentOf(text: string): string {
  return /^[[{]\r?\n([ \t]{1,8})/.exec(text)?.[1] ?? ''
}
