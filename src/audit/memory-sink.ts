import type { AuditEvent } from './event.ts'
import type { Sink } from './sink.ts'

/** A sink that keeps the last events in memory: for tests, and for a page that shows what happened lately. */
export interface MemorySink extends Sink {
  /** Oldest first. */
  readonly events: readonly AuditEvent[]
  /** The same events as the lines their hashes cover. */
  readonly lines: readonly string[]
  clear(): void
}

/** @param options.maxEvents Events kept; the oldest go first. Default 10,000. */
export function memorySink(options: { readonly maxEvents?: number | undefined } = {}): MemorySink {
  const { maxEvents = 10_000 } = options
  let events: AuditEvent[] = []
  let lines: string[] = []
  return {
    name: 'memory',
    get events() {
      return events.length > maxEvents ? events.slice(-maxEvents) : events
    },
    get lines() {
      return lines.length > maxEvents ? lines.slice(-maxEvents) : lines
    },
    write(event, line) {
      events.push(event)
      lines.push(line)
      if (events.length < maxEvents * 2) return
      events = events.slice(-maxEvents)
      lines = lines.slice(-maxEvents)
    },
    clear() {
      events = []
      lines = []
    },
  }
}
