import type { GuardContext } from '../core/context.ts'
import type { Message } from '../core/message.ts'
import { rewrite, type Verdict } from '../core/verdict.ts'
import { own } from '../lib/json-object.ts'
import { andThen, isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { type ListName, listsOf } from '../mcp/list-shapes.ts'
import { questionOf } from './judge.ts'
import type { Decision, PolicyDecisionPoint, PolicyRequest, ResourceType } from './pdp.ts'

/** What using an item of a list is called. */
const uses: Readonly<Record<ListName, { readonly type: ResourceType; readonly action: string }>> = {
  tools: { type: 'tool', action: 'tools/call' },
  prompts: { type: 'prompt', action: 'prompts/get' },
  resources: { type: 'resource', action: 'resources/read' },
  resourceTemplates: { type: 'resource', action: 'resources/read' },
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
  kept?: (list: ListName, items: readonly unknown[]) => void,
): MaybePromise<Verdict | void> {
  const lists = listsOf(message)
  if (lists.length === 0) return keepPrivate(message, ctx, ttlMs)
  const decisions = lists.map(({ shape, items }) => {
    const { type, action } = uses[shape.list]
    const questions = items.map((item) => {
      const id = own(item, shape.key)
      return typeof id === 'string' && id !== '' ? questionOf({ action, type, id, args: undefined, pointer: '' }, ctx) : undefined
    })
    return decideAll(policy, questions)
  })
  const finish = (all: readonly (readonly Decision[])[]): Verdict | undefined => {
    const changed: Record<string, unknown> = {}
    for (const [i, { shape, items }] of lists.entries()) {
      const staying = items.filter((_, j) => all[i]?.[j]?.decision === true)
      kept?.(shape.list, staying)
      if (staying.length < items.length) changed[shape.list] = staying
    }
    if (Object.keys(changed).length === 0) return keepPrivate(message, ctx, ttlMs)
    return withResult(message, { ...changed, ...cacheFields(message, ctx, ttlMs) })
  }
  return decisions.some(isPromise) ? Promise.all(decisions).then(finish) : finish(decisions as Decision[][])
}

const unnamed: Decision = { decision: false, reason: 'unnamed' }

/** One decision for each question; what could not be asked is a no. */
function decideAll(policy: PolicyDecisionPoint, questions: readonly (PolicyRequest | undefined)[]): MaybePromise<readonly Decision[]> {
  if (policy.evaluateAll !== undefined) {
    const asked = questions.filter((question) => question !== undefined)
    return andThen(policy.evaluateAll(asked), (answers) => {
      let next = 0
      return questions.map((question) => (question === undefined ? unnamed : (answers[next++] ?? unnamed)))
    })
  }
  const answers = questions.map((question) => (question === undefined ? unnamed : policy.evaluate(question)))
  return answers.some(isPromise) ? Promise.all(answers) : (answers as Decision[])
}

/** Lists and resources that a policy guards are never shared between callers through a cache. */
function keepPrivate(message: Message, ctx: GuardContext, ttlMs: number): Verdict | undefined {
  const result = own(message.value, 'result')
  if (![...Object.keys(uses), 'contents'].some((list) => Array.isArray(own(result, list)))) return undefined
  const fields = cacheFields(message, ctx, ttlMs)
  return Object.entries(fields).every(([key, value]) => own(result, key) === value) ? undefined : withResult(message, fields)
}

function cacheFields(message: Message, ctx: GuardContext, ttlMs: number): Readonly<Record<string, unknown>> {
  if (ctx.mcp?.era !== 'modern') return {}
  const given = own(own(message.value, 'result'), 'ttlMs')
  return { cacheScope: 'private', ...(typeof given === 'number' ? { ttlMs: Math.min(given, ttlMs) } : {}) }
}

function withResult(message: Message, fields: Readonly<Record<string, unknown>>): Verdict {
  const value = message.value as Readonly<Record<string, unknown>>
  return rewrite({ ...value, result: { ...(value['result'] as object), ...fields } })
}
