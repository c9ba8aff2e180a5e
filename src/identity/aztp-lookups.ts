import type { Clock } from '../core/clock.ts'
import { BoundedMap } from '../lib/bounded-map.ts'
import { SingleFlight } from '../lib/single-flight.ts'
import type { ComponentRecord } from './component.ts'

interface Entry {
  readonly record: ComponentRecord | undefined
  readonly from: number
  readonly until: number
}

/** Answers that are not valid are asked for again sooner than valid ones. */
const refusedMs = 5000

/** Remembers lookups for a short time, valid ones for `cacheMs`, others for five seconds at most. Failures are never remembered. */
export function createLookupCache(clock: Clock, cacheMs: number) {
  const entries = new BoundedMap<Entry>({ maxEntries: 2000, maxChars: 1024 * 1024 })
  const flight = new SingleFlight<ComponentRecord | undefined>()

  async function ask(key: string, work: () => Promise<ComponentRecord | undefined>): Promise<ComponentRecord | undefined> {
    const from = clock.now()
    const record = await work()
    const valid = record?.status === 'active' && record.verified === true
    const until = from + (valid ? cacheMs : Math.min(cacheMs, refusedMs))
    if (until > from) entries.set(key, { record, from, until })
    return record
  }

  return {
    get(id: string, flow: string | undefined, work: () => Promise<ComponentRecord | undefined>): Promise<ComponentRecord | undefined> {
      const key = `${flow ?? ''}\n${id}`
      const now = clock.now()
      const entry = entries.get(key)
      if (entry !== undefined && now >= entry.from && now < entry.until) return Promise.resolve(entry.record)
      return flight.run(key, () => ask(key, work))
    },
    clear: () => entries.clear(),
  }
}
