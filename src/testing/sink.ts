import type { AuditEvent } from '../audit/event.ts'
import { createAuditLog } from '../audit/log.ts'
import type { Sink } from '../audit/sink.ts'
import { verifyAudit } from '../audit/verify.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { within } from '../lib/timers.ts'
import { assert, assertEqual, type ConformanceCase, conformanceCase } from './conformance.ts'
import { hostileValues } from './hostile.ts'

export interface SinkConformanceOptions {
  /** A new sink for each case. */
  readonly sink: () => MaybePromise<Sink>
  /** What reached the other side since that sink was made: the lines, oldest first. Without it only the sink's manners are tested. */
  readonly lines?: ((sink: Sink) => MaybePromise<readonly string[]>) | undefined
}

/** What every audit `Sink` must do. */
export function sinkConformance(options: SinkConformanceOptions): ConformanceCase[] {
  async function fill(sink: Sink, events: number, details: Readonly<Record<string, unknown>> = {}) {
    const log = createAuditLog({ sinks: [sink] })
    for (let i = 0; i < events; i++) log.record('conformance', { details: { i, ...details } })
    assert(await within(log.flush(), 10_000), 'flush did not end in 10 s')
    return log
  }
  const manners = [
    conformanceCase('it has a name', async () => {
      const { name } = await options.sink()
      assert(typeof name === 'string' && name !== '', 'name must be a string that is not empty')
    }),
    conformanceCase('write gives back nothing or a promise, and does not change the event', async () => {
      const sink = await options.sink()
      const frozen: { event?: AuditEvent; line?: string } = {}
      const log = createAuditLog({
        sinks: [{ name: 'keep', write: (event, line) => void Object.assign(frozen, { event: deepFreeze(event), line }) }],
      })
      log.record('conformance')
      await log.flush()
      const written = sink.write(frozen.event as AuditEvent, frozen.line as string)
      assert(written === undefined || typeof (written as Promise<void>).then === 'function', 'write must give back undefined or a promise')
      await written
      await sink.close?.()
    }),
    conformanceCase('a thousand events are taken within ten seconds', async () => {
      const log = await fill(await options.sink(), 1000)
      assertEqual(log.stats().sinks[0]?.written ?? 0, 1000, 'written')
      await log.close()
    }),
    conformanceCase('flush and close may be called again, also before anything was written', async () => {
      const sink = await options.sink()
      await sink.flush?.()
      const log = await fill(sink, 1)
      await log.close()
      await log.close()
    }),
  ]
  const { lines } = options
  if (lines === undefined) return manners
  return [
    ...manners,
    conformanceCase('every event arrives once, in order, as the line its hash covers', async () => {
      const sink = await options.sink()
      const log = await fill(sink, 250)
      const kept = await lines(sink)
      const { ok, entries } = verifyAudit([...kept])
      assert(ok, 'the lines do not verify')
      assertEqual(entries, 250, 'entries')
      await log.close()
    }),
    conformanceCase('an event stays one line whatever is in it', async () => {
      const sink = await options.sink()
      const log = createAuditLog({ sinks: [sink] })
      const values = hostileValues()
      for (const value of values) log.record('conformance', { details: { value, text: String(JSON.stringify(value)).slice(0, 1000) } })
      await log.flush()
      const kept = await lines(sink)
      assertEqual(kept.length, values.length, 'lines')
      assert(verifyAudit([...kept]).ok, 'the lines do not verify')
      await log.close()
    }),
  ]
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}
