import type { GuardContext } from '../core/context.ts'
import { headerOf, type ResponseHead } from '../core/http.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { andThen, isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { isSessionId, SessionBinding, type SessionOptions } from './session.ts'

/** Both ends of session binding: what a request may use, and what a response hands out. */
export interface SessionCheck {
  check(ctx: GuardContext): MaybePromise<Verdict | undefined>
  /** Learns whose session the server opened, and forgets the ones it ended. */
  learn(head: ResponseHead, ctx: GuardContext): MaybePromise<Verdict | undefined>
}

const header = 'mcp-session-id'
const storeGone = deny('store_unavailable', { reason: 'the session store does not answer', headers: { 'retry-after': '1' } })

/** Binds the sessions of exchanges to their callers. A store that does not answer denies. */
export function createSessionCheck(store: Store, options: SessionOptions | undefined): SessionCheck {
  const sessions = new SessionBinding(store, options)
  return {
    check(ctx) {
      const field = ctx.request.headers.single(header)
      if (field === undefined) return undefined
      if (field === 'conflict' || !isSessionId(field.value)) return deny('session_unknown', { reason: 'malformed session id' })
      const permitted = orUndefined(() => sessions.permits(field.value, ownerOf(ctx), ctx.clock.now()))
      return andThen(permitted, (yes) => {
        if (yes === undefined) return storeGone
        return yes ? undefined : deny('session_unknown', { reason: 'the session belongs to another caller' })
      })
    },
    learn(head, ctx) {
      if (head.status >= 300) return undefined
      const used = ctx.request.headers.get(header)
      if (ctx.request.method === 'DELETE') return used === undefined ? undefined : forget(used)
      const given = headerOf(head, header)
      // The server repeats the session on every answer; only a new one is news.
      if (given === undefined || given === used) return undefined
      const bound = orUndefined(() => sessions.bind(given, ownerOf(ctx), ctx.clock.now()))
      return andThen(bound, (yes) => {
        if (yes === undefined) return storeGone
        return yes ? undefined : deny('session_unknown', { reason: 'the server gave out a session of another caller' })
      })
    },
  }

  /** A binding that stays behind does no harm: the server has ended the session. */
  function forget(id: string): MaybePromise<undefined> {
    return andThen(
      orUndefined(() => sessions.release(id)),
      () => undefined,
    )
  }
}

/** Callers without identity share the empty owner. */
const ownerOf = ({ principal }: GuardContext) => principal?.id ?? ''

/** Turns a rejection, at once or later, into `undefined`. */
function orUndefined<T>(work: () => MaybePromise<T>): MaybePromise<T | undefined> {
  try {
    const value = work()
    return isPromise(value) ? value.catch(() => undefined) : value
  } catch {
    return undefined
  }
}
