import { spliceJson } from '../../lib/json-splice.ts'
import type { Message, MessageKind } from '../message.ts'

interface MessageParts {
  readonly kind: MessageKind
  readonly direction: 'inward' | 'outward'
  readonly id?: string | number | undefined
  readonly method?: string | undefined
  readonly tool?: string | undefined
  readonly mediaType: string
  readonly bytes?: Uint8Array | undefined
}

/** A message whose text or value is made from the other on first use. */
export class LazyMessage implements Message {
  readonly kind: MessageKind
  readonly direction: 'inward' | 'outward'
  readonly id: string | number | undefined
  readonly method: string | undefined
  readonly tool: string | undefined
  readonly mediaType: string
  readonly bytes: Uint8Array | undefined
  #text: string | undefined
  #value: { readonly value: unknown } | undefined
  /** What this one was rewritten from, when its wire text is known. */
  #origin: Message | undefined

  private constructor(parts: MessageParts, text: string | undefined, value: { readonly value: unknown } | undefined) {
    this.kind = parts.kind
    this.direction = parts.direction
    this.id = parts.id
    this.method = parts.method
    this.tool = parts.tool
    this.mediaType = parts.mediaType
    this.bytes = text === undefined ? undefined : parts.bytes
    this.#text = text
    this.#value = value
  }

  /** Text and value both known, or text alone when it is not JSON. */
  static ofText(parts: MessageParts, text: string, value: { readonly value: unknown } | undefined): LazyMessage {
    return new LazyMessage(parts, text, value)
  }

  static ofValue(parts: MessageParts, value: unknown): LazyMessage {
    return new LazyMessage(parts, undefined, { value })
  }

  /** The same message carrying another value. Its names (method, tool, id) are those of the original. */
  static rewritten(message: Message | undefined, value: unknown): Message | undefined {
    if (message === undefined) return undefined
    const text = typeof value === 'string' && !isJsonMessage(message) ? value : undefined
    const made = new LazyMessage(
      { ...message, kind: message.kind, direction: message.direction, mediaType: message.mediaType, bytes: undefined },
      text,
      { value },
    )
    if (text !== undefined) return made
    if (isJsonMessage(message) && message instanceof LazyMessage && (message.#text ?? message.#origin) !== undefined) made.#origin = message
    return made
  }

  get text(): string {
    if (this.#text === undefined) {
      const value = this.#value?.value
      // Splicing keeps what a parser cannot hold: large numbers, layout, the order of numeric keys.
      this.#text = this.#origin === undefined ? serialise(value, this) : spliceJson(this.#origin.text, this.#origin.value, value)
    }
    return this.#text
  }

  get value(): unknown {
    if (this.#value === undefined) this.#value = { value: JSON.parse(this.#text as string) }
    return this.#value.value
  }
}

export const formType = 'application/x-www-form-urlencoded'

function serialise(value: unknown, message: Message): string {
  if (message.mediaType === formType) return formText(value)
  if (typeof value === 'string' && !isJsonMessage(message)) return value
  return JSON.stringify(value) ?? 'null'
}

/** True when the message travels as JSON rather than as text or a form. */
function isJsonMessage(message: Message): boolean {
  return message.kind !== 'plain' || message.mediaType.endsWith('json')
}

/** A form as an object of strings, or lists of strings where a name repeats. Null prototype: names are the sender's. */
export function formValue(text: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const present = form[name]
    if (present === undefined) form[name] = value
    else if (Array.isArray(present)) present.push(value)
    else form[name] = [present, value]
  }
  return form
}

function formText(value: unknown): string {
  const params = new URLSearchParams()
  for (const [name, entry] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    for (const one of Array.isArray(entry) ? entry : [entry]) params.append(name, String(one))
  }
  return params.toString()
}
