import type { Message } from '../core/message.ts'
import { isObject, type JsonObject, own } from '../lib/json-object.ts'
import { type HeaderParam, readHeaderParams } from './header-params.ts'

/** What is known of a tool from a `tools/list` result that passed. The same object for as long as the definition stays the same. */
export interface LearntTool {
  readonly name: string
  readonly inputSchema: JsonObject | undefined
  readonly outputSchema: JsonObject | undefined
  /** Its mirrored arguments; undefined when the annotations are invalid. */
  readonly headerParams: readonly HeaderParam[] | undefined
}

export interface ToolCatalogue {
  /**
   * Takes the tools of any message that lists some, whichever request it answers: on resumed streams nobody knows.
   * `partition` keeps apart callers who are shown different lists (a principal's id, say).
   */
  learn(message: Pick<Message, 'value' | 'direction'>, partition?: string): void
  /** The tool as that partition saw it; else as all others saw it, when they agree; else undefined. */
  tool(name: string, partition?: string): LearntTool | undefined
  inputSchema(name: string, partition?: string): JsonObject | undefined
  outputSchema(name: string, partition?: string): JsonObject | undefined
  headerParams(name: string, partition?: string): readonly HeaderParam[] | undefined
}

export interface ToolCatalogueOptions {
  /** Tools remembered, over all partitions; the longest unheard-of goes first. Default 10,000. */
  readonly maxTools?: number | undefined
  /** Characters of both schemas of one tool; a larger one is not learnt. Default 262,144. */
  readonly maxSchemaChars?: number | undefined
  /** Characters of all schemas together. Default 16,777,216. */
  readonly maxTotalChars?: number | undefined
}

interface Definition extends LearntTool {
  readonly text: string
  /** How many partitions saw it. */
  holders: number
}

/** Remembers the schemas of tools as their lists pass by. Bounded; a definition many partitions share is kept once. */
export function createToolCatalogue(options: ToolCatalogueOptions = {}): ToolCatalogue {
  const { maxTools = 10_000, maxSchemaChars = 262_144, maxTotalChars = 16_777_216 } = options
  /** By partition and tool, the longest unheard-of first. */
  const seen = new Map<string, Definition>()
  const byName = new Map<string, Definition[]>()
  let chars = 0

  const forget = (key: string, definition: Definition): void => {
    seen.delete(key)
    if (--definition.holders > 0) return
    chars -= definition.text.length
    const others = (byName.get(definition.name) ?? []).filter((other) => other !== definition)
    if (others.length === 0) byName.delete(definition.name)
    else byName.set(definition.name, others)
  }

  const learnOne = (entry: unknown, partition: string): void => {
    const name = own(entry, 'name')
    const input = own(entry, 'inputSchema')
    if (typeof name !== 'string' || name.length > 256 || !isObject(input)) return
    const output = own(entry, 'outputSchema')
    const text = JSON.stringify([input, output])
    const key = keyOf(partition, name)
    const previous = seen.get(key)
    if (previous?.text === text) {
      seen.delete(key)
      seen.set(key, previous)
      return
    }
    if (previous !== undefined) forget(key, previous)
    if (text.length > maxSchemaChars) return
    const known = byName.get(name) ?? []
    let definition = known.find((other) => other.text === text)
    if (definition === undefined) {
      const outputSchema = isObject(output) ? output : undefined
      definition = { name, inputSchema: input, outputSchema, headerParams: readHeaderParams(input), text, holders: 0 }
      byName.set(name, [...known, definition])
      chars += text.length
    }
    definition.holders++
    seen.set(key, definition)
    for (const [oldest, stale] of seen) {
      if (seen.size <= maxTools && chars <= maxTotalChars) break
      forget(oldest, stale)
    }
  }

  const tool = (name: string, partition = ''): LearntTool | undefined => {
    const ours = seen.get(keyOf(partition, name))
    if (ours !== undefined) return ours
    const known = byName.get(name)
    return known?.length === 1 ? known[0] : undefined
  }

  return {
    learn({ value, direction }, partition = '') {
      const tools = direction === 'outward' ? own(own(value, 'result'), 'tools') : undefined
      if (Array.isArray(tools)) for (const entry of tools) learnOne(entry, partition)
    },
    tool,
    inputSchema: (name, partition) => tool(name, partition)?.inputSchema,
    outputSchema: (name, partition) => tool(name, partition)?.outputSchema,
    headerParams: (name, partition) => tool(name, partition)?.headerParams,
  }
}

/** The length keeps `a` + `bc` apart from `ab` + `c`. */
function keyOf(partition: string, name: string): string {
  return `${partition.length}:${partition}${name}`
}
