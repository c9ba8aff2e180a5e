import type { GuardContext } from '../core/context.ts'
import type { Message } from '../core/message.ts'
import { deny, rewrite, type Verdict } from '../core/verdict.ts'
import { BoundedMap } from '../lib/bounded-map.ts'
import { isObject, own } from '../lib/json-object.ts'
import { andThen, isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { judge } from './judge.ts'
import { type PolicyDecisionPoint, subjectOf } from './pdp.ts'

/** Tasks outlive the call that started them, but not by more than this. */
const lifetimeMs = 24 * 3_600_000
const maxIdChars = 256

interface Owner {
  readonly subject: string
  readonly tool?: string | undefined
}

/**
 * Who started which task, with which tool. A task id is no credential: only the caller who started a task may look at it, and only
 * while the policy still lets that caller use the tool. Kept in the store, or in this process when there is none.
 */
export class TaskOwners {
  readonly #store: Store | undefined
  readonly #local = new BoundedMap<string>({ maxEntries: 10_000, maxChars: 4 * 1024 * 1024 })

  constructor(store: Store | undefined) {
    this.#store = store
  }

  /** Judges `tasks/get` and its kin. To somebody else a task looks like one that does not exist. */
  judge(message: Message, ctx: GuardContext, policy: PolicyDecisionPoint): MaybePromise<Verdict | void> {
    const method = own(message.value, 'method')
    if (typeof method !== 'string' || !method.startsWith('tasks/') || method === 'tasks/list') return
    const id = own(own(message.value, 'params'), 'taskId')
    if (typeof id !== 'string') return deny('tool_denied', { denyAs: 'hide', reason: 'no task is named' })
    return andThen(this.#ownerOf(id), (owner) => {
      if (owner === undefined || owner.subject !== subjectOf(ctx.principal).id) {
        return deny('tool_denied', { denyAs: 'hide', reason: owner === undefined ? 'unknown task' : 'a task of somebody else' })
      }
      if (owner.tool === undefined) return
      return judge(policy, [{ action: 'tools/call', type: 'tool', id: owner.tool, args: undefined, pointer: '' }], undefined, ctx)
    })
  }

  /** Notes a task a reply tells of, and takes the tasks of others out of lists. */
  reply(message: Message, ctx: GuardContext): MaybePromise<Verdict | void> {
    const result = own(message.value, 'result')
    const started = own(result, 'task') ?? (own(result, 'resultType') === 'task' ? result : undefined)
    const id = own(started, 'taskId')
    if (typeof id === 'string' && id.length <= maxIdChars)
      return this.#remember(id, { subject: subjectOf(ctx.principal).id, tool: message.tool })
    const tasks = own(result, 'tasks')
    return Array.isArray(tasks) && tasks.some((task) => own(task, 'taskId') !== undefined) ? this.#filter(message, tasks, ctx) : undefined
  }

  #filter(message: Message, tasks: readonly unknown[], ctx: GuardContext): MaybePromise<Verdict | void> {
    const me = subjectOf(ctx.principal).id
    const owners = tasks.map((task) => this.#ownerOf(String(own(task, 'taskId'))))
    const finish = (all: readonly (Owner | undefined)[]): Verdict | undefined => {
      const mine = tasks.filter((_, i) => all[i]?.subject === me)
      const { value } = message
      if (mine.length === tasks.length || !isObject(value)) return undefined
      return rewrite({ ...value, result: { ...(value['result'] as object), tasks: mine } })
    }
    return owners.some(isPromise) ? Promise.all(owners).then(finish) : finish(owners as (Owner | undefined)[])
  }

  /** The reply waits until it is noted: the client may ask at once, another process may be the one it asks. */
  #remember(id: string, owner: Owner): MaybePromise<void> {
    const text = JSON.stringify(owner)
    if (this.#store !== undefined) return this.#store.set(`task:${id}`, text, lifetimeMs)
    this.#local.set(id, text)
  }

  #ownerOf(id: string): MaybePromise<Owner | undefined> {
    if (id.length > maxIdChars) return undefined
    return andThen(this.#store === undefined ? this.#local.get(id) : this.#store.get(`task:${id}`), (text) => {
      return text === undefined ? undefined : (JSON.parse(text) as Owner)
    })
  }
}
