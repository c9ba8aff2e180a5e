import type { Message } from '../core/message.ts'
import { isObject, own } from '../lib/json-object.ts'
import { mayAnswer } from './may-answer.ts'

/** Members of a result that list what a server offers. */
export type ListName = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

export interface ListShape {
  readonly list: ListName
  /** Member that names an item. */
  readonly key: 'name' | 'uri' | 'uriTemplate'
  readonly method: string
}

export interface FoundList {
  readonly shape: ListShape
  readonly items: readonly unknown[]
}

/**
 * Lists are known by their shape: on GET streams and replays nobody knows which request a response answers, so what is bound to
 * `tools/list` requests is walked around by resuming the stream.
 */
const shapes: readonly ListShape[] = [
  { list: 'tools', key: 'name', method: 'tools/list' },
  { list: 'prompts', key: 'name', method: 'prompts/list' },
  { list: 'resources', key: 'uri', method: 'resources/list' },
  { list: 'resourceTemplates', key: 'uriTemplate', method: 'resources/templates/list' },
]

/** The lists an outbound message carries; usually none or one. */
export function listsOf(message: Message): readonly FoundList[] {
  const result = own(message.value, 'result')
  if (!isObject(result)) return []
  return shapes.flatMap((shape) => {
    const items = own(result, shape.list)
    if (!Array.isArray(items)) return []
    const named = items.some((item) => typeof own(item, shape.key) === 'string')
    return named || message.method === shape.method ? [{ shape, items }] : []
  })
}

/** Names of lists and of instructions as JSON writes them. Alternatives of fixed texts: one pass, no way back. */
const listNames = /"(?:tools|prompts|resources|resourceTemplates|instructions)"/

/** False only when no response in this raw JSON lists anything or carries instructions. An escape may spell any name. */
export function mayList(json: string): boolean {
  return mayAnswer(json) && (listNames.test(json) || json.includes('\\u'))
}
