import type { Finding } from '../../core/finding.ts'
import type { EventTransform, SseEvent } from '../../core/guard.ts'
import { isObject } from '../../lib/json-object.ts'
import { fromPointer } from '../../lib/json-pointer.ts'
import type { RedactionStream } from '../redacted.ts'
import type { Redactor } from '../redactor.ts'
import { jsonStringsStream } from './json-strings.ts'
import { type Fragments, none, type Piece, readAt, writeAt } from './piece.ts'
import { shapes } from './shapes.ts'

export interface DeltaOptions {
  /** JSON pointers of fragments in events of your own: `/delta/text`. */
  readonly pointers?: readonly string[] | undefined
  /** Told each finding, without a range: it may begin in one event and end in another. */
  readonly report?: ((finding: Finding) => void) | undefined
}

export interface DeltaTransform extends EventTransform {
  /**
   * The same event without its fragments. Whoever looks at events one by one must look at this: half a key that was replaced by itself
   * would leave the other half unrecognised.
   */
  withoutFragments(value: unknown): unknown
  /** `value` with the fragments of `original` in it again. */
  withFragments(value: unknown, original: unknown): unknown
}

/** Texts that may be unfinished at once; with one more, the longest untouched is taken for finished. */
const MAX_CHANNELS = 256

interface Channel {
  readonly stream: RedactionStream
  piece: Piece
  /** The last event that carried a fragment: the mould for one more. */
  event: SseEvent
  value: unknown
  told: number
}

/**
 * Redacts text that an LLM endpoint spreads over many events, across them.
 *
 * Knows OpenAI chat completions and responses, Anthropic messages, the Vercel AI SDK's UI message stream, Gemini, plain text data, and
 * JSON pointers of your own. Each event keeps its place, its JSON and its other fields; only text that may still become a match waits
 * for the next fragment. What is left when a text ends goes out in one more event of the same form. Messages of JSON-RPC pass.
 */
export function redactDeltas(redactor: Redactor, options: DeltaOptions = {}): DeltaTransform {
  const own = (options.pointers ?? []).map((pointer) => fromPointer(pointer) ?? [])
  const channels = new Map<string, Channel>()

  const report = (channel: Channel): void => {
    for (const { findings } = channel.stream; channel.told < findings.length; channel.told++) {
      const { range: _, ...finding } = findings[channel.told]!
      options.report?.(finding)
    }
  }

  const open = (piece: Piece, event: SseEvent, value: unknown): Channel => {
    const stream = piece.json === true ? jsonStringsStream(() => redactor.stream({ json: true })) : redactor.stream()
    return { stream, piece, event, value, told: 0 }
  }

  /** Ends a text; gives back the event that carries what was held of it. */
  const finish = (id: string, channel: Channel): SseEvent[] => {
    channels.delete(id)
    const rest = channel.stream.end()
    report(channel)
    if (rest === '') return []
    const { event, value, piece } = channel
    return [{ event: event.event, data: piece.path.length === 0 ? rest : JSON.stringify(writeAt(value, piece.path, rest)) }]
  }

  /** Ends the texts whose id begins so, but for those this event continues itself. */
  const finishAll = (prefixes: readonly string[], pieces: readonly Piece[] = []): SseEvent[] => {
    const out: SseEvent[] = []
    for (const [id, channel] of channels) {
      if (!prefixes.some((prefix) => id.startsWith(prefix)) || pieces.some((piece) => piece.id === id)) continue
      out.push(...finish(id, channel))
    }
    return out
  }

  const fragmentsOf = (value: unknown): Fragments => {
    if (!isObject(value) || Object.hasOwn(value, 'jsonrpc')) return none
    const pieces: Piece[] = own.flatMap((path, i) => (typeof readAt(value, path) === 'string' ? [{ id: `own/${i}`, path }] : []))
    if (pieces.length > 0) return { pieces, ended: [] }
    for (const shape of shapes) {
      const found = shape(value)
      if (found !== undefined) return found
    }
    return none
  }

  /** Puts each fragment of an event through its text. */
  const through = (event: SseEvent, value: unknown, { pieces, ended }: Fragments): SseEvent[] => {
    const before = finishAll(ended, pieces)
    let made = value
    let mould = value
    for (const piece of pieces) {
      const text = readAt(value, piece.path) as string
      const channel = channels.get(piece.id) ?? open(piece, event, value)
      // Touched last, ended last.
      channels.delete(piece.id)
      channels.set(piece.id, channel)
      channel.piece = piece
      let out = channel.stream.push(text)
      if (piece.last === true) {
        out += channel.stream.end()
        channels.delete(piece.id)
      }
      report(channel)
      if (out !== text) made = withoutTokens(writeAt(made, piece.path, out), piece)
      mould = withoutTokens(writeAt(mould, piece.path, ''), piece)
    }
    for (const { id } of pieces) {
      const channel = channels.get(id)
      if (channel !== undefined) Object.assign(channel, { event, value: mould })
    }
    const after: SseEvent[] = []
    while (channels.size > MAX_CHANNELS) {
      const [id, channel] = channels.entries().next().value!
      after.push(...finish(id, channel))
    }
    if (made === value) return [...before, event, ...after]
    return [...before, { ...event, data: piecesAreText(pieces) ? (made as string) : JSON.stringify(made) }, ...after]
  }

  return {
    push(event, json) {
      const { data } = event
      if (data === undefined || data === '') return [event]
      const value = json === undefined ? parse(data) : json.value
      if (value === undefined) {
        if (data.trim() === '[DONE]') return [...finishAll(['']), event]
        return through(event, data, { pieces: [{ id: `data/${event.event ?? ''}`, path: [] }], ended: [] })
      }
      const fragments = fragmentsOf(value)
      return fragments === none ? [event] : through(event, value, fragments)
    },
    end: () => finishAll(['']),
    withoutFragments: (value) => fragmentsOf(value).pieces.reduce((made, { path }) => writeAt(made, path, ''), value),
    withFragments: (value, original) =>
      fragmentsOf(original).pieces.reduce((made, { path }) => writeAt(made, path, readAt(original, path)), value),
  }
}

/** Half a key that waits must not leave by what a model says about its probability. */
function withoutTokens(value: unknown, { tokens }: Piece): unknown {
  return tokens === undefined || readAt(value, tokens.path) === undefined ? value : writeAt(value, tokens.path, tokens.empty)
}

const piecesAreText = (pieces: readonly Piece[]): boolean => pieces[0]?.path.length === 0

/** The JSON of an event, or undefined when its data is plain text. */
function parse(data: string): unknown {
  const first = data.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
