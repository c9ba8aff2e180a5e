import { join } from 'node:path'
import { memoryStore } from 'safe-mcp/store'
import { storeConformance } from 'safe-mcp/testing'
import { durableObjectStore, kvStore } from 'safe-mcp/workers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Binding, startWorker, workerdPath } from './workerd.ts'

const stores: readonly { readonly title: string; readonly binding: Binding; readonly atomic: boolean }[] = [
  { title: 'the Durable Object store, in workerd', binding: { durableObject: 'SafeMcpStore' }, atomic: true },
  { title: 'the KV store, in workerd, with a stand-in for the service behind the binding', binding: 'kv', atomic: false },
]

describe.skipIf(workerdPath === undefined).each(stores)('$title', ({ binding, atomic }) => {
  const cases = storeConformance({ store: () => memoryStore(), atomic })
  let worker: Awaited<ReturnType<typeof startWorker>>
  beforeAll(async () => {
    worker = await startWorker(join(import.meta.dirname, 'conformance-worker.ts'), binding)
  })
  afterAll(() => worker.stop())

  test('runs the same cases', async () => {
    expect(await (await fetch(worker.url)).json()).toEqual(cases.map((one) => one.name))
  })

  for (const [i, { name }] of cases.entries()) {
    test(name, async () => {
      expect(await (await fetch(`${worker.url}/${i}`)).json()).toEqual({ ok: true })
    })
  }
})

test('what is no binding is refused', () => {
  expect(() => durableObjectStore({} as never)).toThrow(/Durable Object binding/)
  expect(() => kvStore({} as never)).toThrow(/KV binding/)
})
