import type { Finding } from '../core/finding.ts'
import { own } from '../lib/json-object.ts'

/** An order to call something, written as code: `invoke other_server.operation()`. */
const order = /\b(?:invoke|call|run|execute)s?[ \t]+[`'"]?([A-Za-z_]\w{0,63}(?:\.\w{1,64}){0,4})\(/gi

/**
 * Orders in a description to call something this list does not offer. Prose that names the server's own tools is how good descriptions
 * are written; a call to somebody else's is how one server steers the use of another.
 */
export function orderFindings(items: readonly unknown[], pointer: string): readonly Finding[] {
  const offered = new Set(items.map((item) => own(item, 'name')))
  return items.flatMap((item, i): Finding[] => {
    const description = own(item, 'description')
    if (typeof description !== 'string') return []
    const foreign = [...description.slice(0, 20_000).matchAll(order)].some(([, callee = '']) => {
      return /[._]/.test(callee) && !offered.has(callee) && !offered.has(callee.slice(0, callee.indexOf('.')))
    })
    return foreign
      ? [{ rule: 'definition/foreign-call', severity: 'medium', technique: 'T1008', pointer: `${pointer}/${i}/description` }]
      : []
  })
}
