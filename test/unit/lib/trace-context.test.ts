import { expect, test } from 'vitest'
import { parseTraceparent } from '../../../src/lib/trace-context.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test('a traceparent of the recommendation is read', () => {
  expect(parseTraceparent(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, sampled: true })
  expect(parseTraceparent(`cc-${trace}-${span}-00-future`)).toEqual({ traceId: trace, spanId: span, sampled: false })
})

test.each([
  undefined,
  7,
  '',
  `00-${trace}-${span}`,
  `ff-${trace}-${span}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace}-${span}-01-x`,
  `00-${trace}-${span}-0g`,
  `00-${trace}-${span}-01\n`,
])('%j is not a traceparent', (value) => {
  expect(parseTraceparent(value)).toBeUndefined()
})
