import type { SseEvent } from '../core/guard.ts'
import { encodeUtf8 } from '../lib/utf8.ts'

export type { SseEvent } from '../core/guard.ts'

const lf = 0x0a
const cr = 0x0d
/** Room kept from one event to the next. */
const keptBytes = 65_536

/** One event as it stood on the wire. */
export interface SseItem {
  /** What a client reads. Parsed on first use. */
  readonly event: SseEvent
  /** Its bytes, blank line included: what goes out when nothing was changed. */
  readonly raw: Uint8Array
}

export type SseOutcome =
  | { readonly ok: true; readonly items: readonly SseItem[] }
  /** The event being read grew past the limit. `items` came before it; nothing more will come. */
  | { readonly ok: false; readonly items: readonly SseItem[]; readonly fault: 'event_too_large' }

export interface SseDecoder {
  /** True between two events, when nothing is held. */
  readonly idle: boolean
  /** Takes a chunk split anywhere and gives back the events it completes, at once. Items may share memory with the chunk. */
  push(chunk: Uint8Array): SseOutcome
  /** What is left when the stream ends without a blank line. Clients drop such an event, lenient ones may not: look before passing it. */
  flush(): SseItem | undefined
}

/**
 * Cuts a stream into Server-Sent Events (WHATWG HTML, section 9.2): line ends CRLF, LF or CR, split anywhere.
 *
 * The raw bytes of all items, and of `flush()`, are together exactly the bytes that went in. Time is linear; at most
 * `maxEventBytes` (default 1 MiB) are kept between chunks.
 */
export function createSseDecoder({ maxEventBytes = 1_048_576 }: { readonly maxEventBytes?: number | undefined } = {}): SseDecoder {
  return new Decoder(maxEventBytes)
}

class Decoder implements SseDecoder {
  readonly #max: number
  /** Bytes of the event begun in earlier chunks; the array is longer than what is used. */
  #held = new Uint8Array(0)
  #heldBytes = 0
  /** The last byte was a line end, or there was none yet: another line end now completes the event. */
  #lineStart = true
  /** The last byte was a CR: an LF now is its other half. */
  #afterCr = false
  #failed = false

  constructor(maxEventBytes: number) {
    this.#max = maxEventBytes
  }

  get idle(): boolean {
    return this.#heldBytes === 0 && this.#lineStart && !this.#afterCr && !this.#failed
  }

  push(chunk: Uint8Array): SseOutcome {
    const items: SseItem[] = []
    if (this.#failed) return { ok: false, items, fault: 'event_too_large' }
    let begun = 0
    let at = 0
    while (at < chunk.length) {
      const end = this.#eventEnd(chunk, at)
      if (this.#heldBytes + (end < 0 ? chunk.length : end) - begun > this.#max) return this.#fail(items)
      if (end < 0) break
      items.push(new Item(this.#take(chunk.subarray(begun, end))))
      begun = at = end
    }
    if (begun < chunk.length) this.#keep(chunk.subarray(begun))
    return { ok: true, items }
  }

  flush(): SseItem | undefined {
    if (this.#heldBytes === 0 || this.#failed) return undefined
    return new Item(this.#take(new Uint8Array(0)))
  }

  /** Index after the blank line that ends the event, -1 when it is not in this chunk. */
  #eventEnd(chunk: Uint8Array, from: number): number {
    let lineStart = this.#lineStart
    let afterCr = this.#afterCr
    let at = from
    while (at < chunk.length) {
      const byte = chunk[at++] as number
      if (byte === lf && afterCr) {
        afterCr = false
        continue
      }
      afterCr = byte === cr
      if (byte !== lf && byte !== cr) {
        lineStart = false
        while (at < chunk.length && (chunk[at] as number) > cr) at++
        continue
      }
      if (!lineStart) {
        lineStart = true
        continue
      }
      // Take the LF of a CRLF along when it is here; when it is not, do not wait for it: it opens the next event's bytes.
      if (afterCr && chunk[at] === lf) {
        at++
        afterCr = false
      }
      this.#lineStart = true
      this.#afterCr = afterCr
      return at
    }
    this.#lineStart = lineStart
    this.#afterCr = afterCr
    return -1
  }

  #take(rest: Uint8Array): Uint8Array {
    if (this.#heldBytes === 0) return rest
    const raw = new Uint8Array(this.#heldBytes + rest.length)
    raw.set(this.#held.subarray(0, this.#heldBytes))
    raw.set(rest, this.#heldBytes)
    this.#heldBytes = 0
    // One large event must not cost its memory for the life of the stream.
    if (this.#held.length > keptBytes) this.#held = new Uint8Array(0)
    return raw
  }

  #keep(rest: Uint8Array): void {
    const needed = this.#heldBytes + rest.length
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.min(Math.max(needed, this.#held.length * 2, 512), Math.max(this.#max, needed)))
      grown.set(this.#held.subarray(0, this.#heldBytes))
      this.#held = grown
    }
    this.#held.set(rest, this.#heldBytes)
    this.#heldBytes = needed
  }

  #fail(items: readonly SseItem[]): SseOutcome {
    this.#failed = true
    this.#held = new Uint8Array(0)
    this.#heldBytes = 0
    return { ok: false, items, fault: 'event_too_large' }
  }
}

/** One event of a row: its data, and where it ends in the text of the row. */
export interface RowEvent {
  readonly data: string
  readonly end: number
}

/**
 * The events of a text that is a row of them as servers write them: fields on lines that end in LF, one line of data last, a blank line.
 * Undefined for everything else, which is what {@link SseDecoder} is for.
 */
export function readRow(text: string): readonly RowEvent[] | undefined {
  // A CR anywhere is a line end too.
  if (!text.endsWith('\n\n') || text.includes('\r')) return undefined
  const row: RowEvent[] = []
  for (let line = 0; line < text.length; ) {
    const end = text.indexOf('\n', line)
    if (end === line) return undefined
    if (!text.startsWith('data:', line)) {
      line = end + 1
      continue
    }
    if (text.charCodeAt(end + 1) !== lf) return undefined
    const from = line + 'data:'.length
    line = end + 2
    row.push({ data: text.slice(text.charCodeAt(from) === 0x20 ? from + 1 : from, end), end: line })
  }
  return row
}

const decoder = new TextDecoder()

class Item implements SseItem {
  readonly raw: Uint8Array
  #event: SseEvent | undefined

  constructor(raw: Uint8Array) {
    this.raw = raw
  }

  get event(): SseEvent {
    this.#event ??= parseEvent(decoder.decode(this.raw))
    return this.#event
  }
}

/** Reads the fields of one event. Unknown fields are dropped, as clients drop them. */
export function parseEvent(text: string): SseEvent {
  const event: { data?: string; event?: string; id?: string; retry?: string; comments?: string[] } = {}
  for (const line of linesOf(text)) {
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon === 0) {
      ;(event.comments ??= []).push(line.slice(1))
      continue
    }
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1)
    if (name === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`
    else if (name === 'event' || name === 'id' || name === 'retry') event[name] = value
  }
  return event
}

/**
 * The bytes of an event: comments, `event`, `id`, `retry`, then one `data` line per line of the data. Present but empty data, which
 * primes a client for resumption, stays present.
 */
export function encodeEvent(event: SseEvent): Uint8Array<ArrayBuffer> {
  let text = ''
  for (const comment of event.comments ?? []) text += `:${oneLine(comment)}\n`
  if (event.event !== undefined) text += `event: ${oneLine(event.event)}\n`
  if (event.id !== undefined) text += `id: ${oneLine(event.id)}\n`
  if (event.retry !== undefined) text += `retry: ${oneLine(event.retry)}\n`
  if (event.data !== undefined) for (const line of linesOf(event.data)) text += `data: ${line}\n`
  return encodeUtf8(`${text}\n`)
}

function linesOf(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n')
}

/** A line end inside a field would forge further fields or events. */
function oneLine(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value
}
