import type { Finding } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import type { Mode } from '../core/mode.ts'
import { isObject, own } from '../lib/json-object.ts'
import { type FoundList, listsOf } from '../mcp/list-shapes.ts'
import { mapSlots } from '../mcp/slots.ts'
import { mustChange } from '../scan/result.ts'
import type { Scanner } from '../scan/scanner.ts'
import { nameFindings } from './names.ts'
import { orderFindings } from './orders.ts'
import { schemaFindings } from './schema-findings.ts'

export interface Inspection {
  readonly findings: readonly Finding[]
  /** The message's value after repair; the same value when nothing was repaired. */
  readonly value: unknown
  /** By list, the indexes of items that cannot be shown. */
  readonly withheld: ReadonlyMap<string, ReadonlySet<number>>
}

/** True for messages with text that tells a model what a server is and offers: lists, and `instructions`. */
export function describesServer(message: Message): boolean {
  return typeof own(own(message.value, 'result'), 'instructions') === 'string' || listsOf(message).length > 0
}

/**
 * Scans every string of definitions and instructions, names of members included.
 *
 * `normal` takes the offending passages out of prose; an item whose name, schema words or other exact text is poisoned cannot be
 * repaired and is withheld. `strict` withholds every flagged item. `monitor` only finds.
 */
export function inspectDefinitions(message: Message, scanner: Scanner, mode: Mode): Inspection {
  const lists = listsOf(message)
  const findings: Finding[] = lists.flatMap(({ shape, items }) => {
    const pointer = `/result/${shape.list}`
    return shape.list === 'tools' || shape.list === 'prompts'
      ? [...nameFindings(items, pointer), ...orderFindings(items, pointer), ...schemaFindings(items, pointer)]
      : []
  })
  const withheld = new Map<string, Set<number>>()
  const withhold = (pointer: string) => {
    const item = itemOf(pointer, lists)
    if (item === undefined) return
    const set = withheld.get(item.list) ?? new Set()
    withheld.set(item.list, set.add(item.index))
  }

  const mapped = mapSlots(message, (text, slot) => {
    if (!isDefinition(slot.pointer, lists)) return text
    const result = scanner.scan(text, { slot: 'tool-definition' })
    const found = result.findings
    const objected = mustChange(result)
    for (const finding of found) findings.push({ ...finding, pointer: slot.pointer })
    if (found.length === 0 || mode === 'monitor') return text
    const isItem = slot.pointer !== '/result/instructions'
    if (objected && isItem && (mode === 'strict' || slot.opaque || slot.key)) withhold(slot.pointer)
    if (slot.opaque || slot.key) return text
    if (mode === 'strict' && !isItem) return objected ? '' : text
    return objected ? scanner.sanitise(text, { slot: 'tool-definition' }).text : text
  })
  if (mode !== 'monitor')
    for (const { rule, pointer } of findings) if (rule === 'definition/disguised-name' && pointer !== undefined) withhold(pointer)
  return { findings, value: mapped.changed ? mapped.value : message.value, withheld }
}

/** The value without the items withheld. */
export function withoutItems(value: unknown, withheld: Inspection['withheld']): unknown {
  const result = own(value, 'result')
  if (withheld.size === 0 || !isObject(value) || !isObject(result)) return value
  const lists: Record<string, unknown> = {}
  for (const [list, indexes] of withheld) {
    const items = own(result, list)
    if (Array.isArray(items)) lists[list] = items.filter((_, i) => !indexes.has(i))
  }
  return { ...value, result: { ...result, ...lists } }
}

function isDefinition(pointer: string, lists: readonly FoundList[]): boolean {
  if (pointer === '/result/instructions' || pointer.startsWith('/result/serverInfo')) return true
  return lists.some(({ shape }) => pointer.startsWith(`/result/${shape.list}/`))
}

function itemOf(pointer: string, lists: readonly FoundList[]): { readonly list: string; readonly index: number } | undefined {
  for (const { shape } of lists) {
    const prefix = `/result/${shape.list}/`
    if (pointer.startsWith(prefix)) return { list: shape.list, index: Number.parseInt(pointer.slice(prefix.length), 10) }
  }
  return undefined
}
