import { decodeText } from '../../lib/utf8.ts'
import type { RowEvent } from '../../mcp/sse.ts'
import type { Chunk } from '../exchange.ts'
import type { Glances } from './glances.ts'
import type { OutletEnv } from './parts.ts'

const LF = 0x0a

/** A chunk as text, when it may be whole events and none of them can be over the limit; nothing of it is lost then. */
export function textOfEvents(chunk: Chunk, maxEventBytes: number): string | undefined {
  if (typeof chunk === 'string') return chunk.length * 3 > maxEventBytes ? undefined : chunk
  const { length } = chunk
  return length > maxEventBytes || chunk[length - 1] !== LF || chunk[length - 2] !== LF ? undefined : decodeText(chunk)
}

/**
 * How many events at the beginning of a row hold JSON-RPC messages that no guard has anything to do with: most of what a stream carries. They
 * leave unparsed and uncut. Event transforms are not shown them: those work on text that is spread over events, which messages never are.
 */
export function countPlain(row: readonly RowEvent[], text: string, { glances, state }: OutletEnv): number {
  if (glances === undefined || state.mcp === undefined) return 0
  const clean = glances.skim && row.length > 1 && !glances.stop(text)
  let count = 0
  for (const { data } of row) {
    if (!leaves(data, glances, clean)) break
    count++
  }
  return count
}

/** The same of a single event. */
export function isPlain(data: string | undefined, { glances, state }: OutletEnv): boolean {
  return data !== undefined && glances !== undefined && state.mcp !== undefined && leaves(data, glances, false)
}

/** `clean`: no glance stops it, as is known already. */
function leaves(data: string, glances: Glances, clean: boolean): boolean {
  return isMessage(data) && (clean || !glances.stop(data)) && !glances.follow(data)
}

function isMessage(data: string): boolean {
  return data.startsWith('{') && data.includes('"jsonrpc":"2.0"')
}
