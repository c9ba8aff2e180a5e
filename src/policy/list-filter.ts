import type { GuardContext } from '../core/context.ts'
import type { Message } from '../core/message.ts'
import { rewrite, type Verdict } from '../core/verdict.ts'
import { isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { questionOf } from './judge.ts'
import { own, record } from './operations.ts'
import type { Decision, PolicyDecisionPoint, ResourceType } from './pdp.ts'

interface ListShape {
  readonly list: string
  readonly type: ResourceType
  readonly action: string
  /** Member that names an item. */
  readonly key: string
  readonly method: string
}

/**
 * Lists are known by their shape: on GET streams and replays nobody knows which request a response answers, so a filter bound to
 * `tools/list` requests is walked around by resuming the stream.
 */
const shapes: readonly ListShape[] = [
  { list: 'tools', type: 'tool', action: 'tools/call', key: 'name', method: 'tools/list' },
  { list: 'prompts', type: 'prompt', action: 'prompts/get', key: 'name', method: 'prompts/list' },
  { list: 'resources', type: 'resource', action: 'resources/read', key: 'uri', method: 'resources/list' },
  { list: 'resourceTemplates', type: 'resource', action: 'resources/read', key: 'uriTemplate', method: 'resources/templates/list' },
]

type Items = readonly Readonly<Record<string, unknown>>[]

/** A list in a reply. */
export interface FoundList {
  readonly shape: ListShape
  readonly items: Items
}

/** The list an outbound message carries, when it carries one. */
export function listOf(message: Message): FoundList | undefined {
  const result = record(own(record(message.value), 'result'))
  if (result === undefined) return undefined
  for (const shape of shapes) {
    const items = own(result, shape.list)
    if (!Array.isArray(items)) continue
    if (message.method === shape.method || (items.length > 0 && items.every((item) => typeof own(record(item), shape.key) === 'string'))) {
      return { shape, items }
    }
  }
  return undefined
}

/** How long a client may keep a list that depends on who asked: the delay a revocation may take. */
const defaultTtlMs = 60_000

/**
 * Leaves in a list what this principal may use, in order, with every page and cursor kept. In the modern era the result becomes
 * private and its lifetime short, also where nothing was removed: another page or another caller may differ.
 *
 * `kept` sees the items that stay.
 */
export function filterList(
  policy: PolicyDecisionPoint,
  message: Message,
  ctx: GuardContext,
  ttlMs = defaultTtlMs,
  kept?: (found: FoundList) => void,
): MaybePromise<Verdict | void> {
  const found = listOf(message)
  if (found === undefined) return keepPrivate(message, ctx, ttlMs)
  const { shape, items } = found
  const decisions = items.map((item): MaybePromise<Decision> => {
    const id = own(record(item), shape.key)
    if (typeof id !== 'string' || id === '') return { decision: false, reason: 'unnamed' }
    return policy.evaluate(questionOf({ action: shape.action, type: shape.type, id, args: undefined, pointer: '' }, ctx))
  })
  const finish = (all: readonly Decision[]) => {
    const staying = items.filter((_, i) => all[i]?.decision === true)
    kept?.({ shape, items: staying })
    if (staying.length === items.length) return keepPrivate(message, ctx, ttlMs)
    return withResult(message, { [shape.list]: staying, ...cacheFields(message, ctx, ttlMs) })
  }
  return decisions.some(isPromise) ? Promise.all(decisions).then(finish) : finish(decisions as Decision[])
}

/** Lists and resources that a policy guards are never shared between callers through a cache. */
function keepPrivate(message: Message, ctx: GuardContext, ttlMs: number): Verdict | undefined {
  const result = record(own(record(message.value), 'result'))
  if (result === undefined || !('cacheScope' in result || 'ttlMs' in result || shapes.some(({ list }) => Array.isArray(own(result, list)))))
    return undefined
  const fields = cacheFields(message, ctx, ttlMs)
  return Object.entries(fields).every(([key, value]) => own(result, key) === value) ? undefined : withResult(message, fields)
}

function cacheFields(message: Message, ctx: GuardContext, ttlMs: number): Readonly<Record<string, unknown>> {
  if (ctx.mcp?.era !== 'modern') return {}
  const given = own(record(own(record(message.value), 'result')), 'ttlMs')
  return { cacheScope: 'private', ...(typeof given === 'number' ? { ttlMs: Math.min(given, ttlMs) } : {}) }
}

function withResult(message: Message, fields: Readonly<Record<string, unknown>>): Verdict {
  const value = message.value as Readonly<Record<string, unknown>>
  return rewrite({ ...value, result: { ...(value['result'] as object), ...fields } })
}
