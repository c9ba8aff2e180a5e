import { expect, it } from 'vitest'
import { fuzzGate } from '../../../bench/scan/differential.ts'

it('never lets a document pass in which the exact scan finds something', () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const report = fuzzGate(6_000, seed)
  expect(report.missed, `seed ${seed}`).toEqual([])
  // It must have had something to find, and something to let pass.
  expect(report.found).toBeGreaterThan(1_000)
  expect(report.opened).toBeLessThan(report.documents)
})
