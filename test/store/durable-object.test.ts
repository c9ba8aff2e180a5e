import { join } from 'node:path'
import { memoryStore } from 'safe-mcp/store'
import { storeConformance } from 'safe-mcp/testing'
import { durableObjectStore } from 'safe-mcp/workers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorker, workerdPath } from './workerd.ts'

const cases = storeConformance({ store: () => memoryStore() })

describe.skipIf(workerdPath === undefined)('the Durable Object store, in workerd', () => {
  let worker: Awaited<ReturnType<typeof startWorker>>
  beforeAll(async () => {
    worker = await startWorker(join(import.meta.dirname, 'conformance-worker.ts'), 'SafeMcpStore')
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
})
