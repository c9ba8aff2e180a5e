import type { Finding } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import { isObject, type JsonObject } from '../lib/json-object.ts'
import { spliceJson } from '../lib/json-splice.ts'
import { mapSlots, type Slot } from '../mcp/slots.ts'
import { redactEncoded } from './encoded.ts'
import type { Schema } from './leaf-schema.ts'
import { mendNeighbours } from './neighbours.ts'
import type { Redactor } from './redactor.ts'
import type { RedactedValue } from './value.ts'

/** Gives the output schema of a tool as a caller was shown it. */
export type OutputSchemaOf = (tool: string, partition?: string) => Schema | undefined

/** What a message is redacted with. */
export type TextRedactor = Pick<Redactor, 'redact' | 'redactValue' | 'thorough'>

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

/** Base64 of textual resources is looked into by the exact pass; a name may hide behind an escape. Alternatives are looked for by leaps. */
const blobName = /"blob"|\\u00/

/** False only when nothing in this raw JSON or text can be redacted. Reads it once and parses nothing. */
export function mayHold(text: string, redactor: Redactor): boolean {
  return redactor.gate(text) || blobName.test(text)
}

/**
 * Redacts one outbound message: every slot, `structuredContent` within its schema, text blocks that say the same as it, and numbers where
 * a server puts data of its own.
 */
export function redactMessage(message: Message, redactor: TextRedactor, options: RedactMessageOptions = {}): RedactedMessage {
  if (message.kind === 'plain' && typeof message.value !== 'string') {
    return redactPlain(message.value, redactor, options)
  }
  const findings: Finding[] = []
  /** Redacts the value of a member; findings get its pointer, or that of the text it was read from. */
  const redactTree = (value: unknown, pointer: string, schema?: Schema, within = true): RedactedValue => {
    const made = redactor.redactValue(value, { keys: options.keys, schema })
    for (const finding of made.findings) findings.push({ ...finding, pointer: within ? pointer + finding.pointer : pointer })
    return made
  }
  const structured = memberOf(message.value, 'result', 'structuredContent')
  const content = structured === undefined ? undefined : redactTree(structured.value, STRUCTURED, options.schema)
  const original = content?.changed === true ? canonical(structured?.value) : undefined

  const redactSlot = (text: string, slot: Slot): string => {
    if (content !== undefined && slot.structured && slot.pointer.startsWith(STRUCTURED)) return text
    if (slot.key && options.keys !== true) return text
    if (slot.jsonText && !slot.key) {
      const value: unknown = JSON.parse(text)
      // What says the same must go on saying the same.
      const mirrors = original !== undefined && canonical(value) === original
      return spliceJson(text, value, redactTree(value, slot.pointer, mirrors ? options.schema : undefined, false).value)
    }
    const made = redactor.thorough ? redactEncoded(redactor.redact, text) : redactor.redact(text)
    for (const { range, ...finding } of made.findings) findings.push({ ...finding, range, pointer: slot.pointer })
    return made.text
  }

  /** A secret cut over the text blocks of one result: clients and models read them as one text. */
  const mendBlocks = (blocks: readonly unknown[]): readonly unknown[] => {
    const at = blocks.flatMap((block, i) => (isObject(block) && typeof block['text'] === 'string' ? [i] : []))
    if (at.length < 2) return blocks
    const mended = mendNeighbours(
      redactor.redact,
      at.map((i) => (blocks[i] as JsonObject)['text'] as string),
    )
    if (mended === undefined) return blocks
    for (const { finding, at: i } of mended.found) findings.push({ ...finding, pointer: `/result/content/${at[i]}/text` })
    const made = [...blocks]
    for (const [k, i] of at.entries()) made[i] = { ...(blocks[i] as JsonObject), text: mended.texts[k] }
    return made
  }

  const mapped = mapSlots(message, redactSlot)
  let { value } = mapped
  if (content?.changed === true) value = withMember(value, 'result', 'structuredContent', content.value)
  // Slots are texts; data of a server's own choosing holds numbers too.
  for (const around of ['params', 'error']) {
    const data = memberOf(value, around, 'data')
    if (typeof data?.value === 'number' || typeof data?.value === 'object')
      value = withMember(value, around, 'data', redactTree(data.value, `/${around}/data`).value)
  }
  const blocks = memberOf(value, 'result', 'content')
  if (redactor.thorough && Array.isArray(blocks?.value)) value = withMember(value, 'result', 'content', mendBlocks(blocks.value))
  return { value, findings, stuck: mapped.refused > 0 || mapped.truncated || content?.broken === true, truncated: mapped.truncated }
}

/** One text for one JSON value; undefined for what has none (`1e400`, a thousand levels). */
function canonical(value: unknown): string | undefined {
  try {
    return canonicalJson(value)
  } catch {
    return undefined
  }
}

/** Redacts a plain JSON body. */
export function redactPlain(
  value: unknown,
  redactor: Pick<Redactor, 'redactValue'>,
  options: Pick<RedactMessageOptions, 'keys'> = {},
): RedactedMessage {
  const made = redactor.redactValue(value, { keys: options.keys })
  return { value: made.value, findings: made.findings, stuck: made.broken, truncated: made.broken }
}

const STRUCTURED = '/result/structuredContent'

/** `value[outer][inner]`, when it is there. */
function memberOf(value: unknown, outer: string, inner: string): { readonly value: unknown } | undefined {
  const around = isObject(value) ? value[outer] : undefined
  return isObject(around) && Object.hasOwn(around, inner) ? { value: around[inner] } : undefined
}

/** A copy with `value[outer][inner]` replaced; the same value when nothing changed. */
function withMember(value: unknown, outer: string, inner: string, member: unknown): unknown {
  if (!isObject(value) || !isObject(value[outer]) || value[outer][inner] === member) return value
  return { ...value, [outer]: { ...value[outer], [inner]: member } }
}
