import { isPromise, type MaybePromise } from '../../lib/maybe-promise.ts'
import type { Guard } from '../guard.ts'
import type { Reply } from '../http.ts'
import type { Message } from '../message.ts'
import type { Observer, Phase } from '../observer.ts'
import type { Denial, Verdict } from '../verdict.ts'
import type { ExchangeState } from './state.ts'
import { tell } from './state.ts'

/** What the guards together made of one thing. `message` is what goes on when nobody denied. */
export interface Judgement {
  readonly message: Message | undefined
  readonly denial?: Denial | undefined
  readonly reply?: Reply | undefined
}

/** Asks one guard. Most are asked thousands of times a second: give a function that closes over nothing where you can. */
export type Ask = (guard: Guard, message: Message | undefined, state: ExchangeState) => MaybePromise<Verdict | void>

/** Makes the message that carries a rewritten value on to the next guard. */
export type Rewritten = (message: Message | undefined, value: unknown) => Message | undefined

/**
 * Asks the guards one after the other, in a flat loop. A denial ends it; a rewrite changes what the next guard sees.
 *
 * A guard that throws or rejects denies with `guard_failed`. Only promises are awaited.
 */
export function judge(
  guards: readonly Guard[],
  state: ExchangeState,
  observers: readonly Observer[],
  phase: Phase,
  ask: Ask,
  message?: Message,
  rewritten?: Rewritten,
): MaybePromise<Judgement> {
  return walk({ guards, state, observers, phase, ask, rewritten }, message, 0)
}

interface Walk {
  readonly guards: readonly Guard[]
  readonly state: ExchangeState
  readonly observers: readonly Observer[]
  readonly phase: Phase
  readonly ask: Ask
  readonly rewritten: Rewritten | undefined
}

function walk(on: Walk, given: Message | undefined, from: number): MaybePromise<Judgement> {
  const { guards, state, ask } = on
  let message = given
  for (let i = from; i < guards.length; i++) {
    const guard = guards[i] as Guard
    if (state.isRelaxed(guard)) continue
    let verdict: MaybePromise<Verdict | void>
    try {
      verdict = ask(guard, message, state)
    } catch (error) {
      verdict = failed(error)
    }
    if (verdict === undefined) continue
    if (isPromise(verdict)) {
      return verdict.then(undefined, failed).then((late) => {
        const judged = apply(on, guard, late, message)
        return isOver(judged) ? judged : walk(on, judged.message, i + 1)
      })
    }
    const judged = apply(on, guard, verdict, message)
    if (isOver(judged)) return judged
    message = judged.message
  }
  return { message }
}

function isOver(judged: Judgement): boolean {
  return judged.denial !== undefined || judged.reply !== undefined
}

/** What one verdict means for what the next guard is asked about. */
function apply(on: Walk, guard: Guard, verdict: Verdict | void, message: Message | undefined): Judgement {
  if (verdict === undefined || verdict.action === 'allow') return { message }
  if (verdict.action === 'respond') return { message, reply: verdict.reply }
  const { state, observers, phase, rewritten } = on
  const enforced = guard.always === true || (guard.mode ?? state.mode) !== 'monitor'
  const { action } = verdict
  const denial = action === 'deny' ? verdict.denial : undefined
  tell(observers, (observer) => observer.onVerdict?.({ guard: guard.name, phase, action, enforced, denial, message }, state))
  if (!enforced) return { message }
  if (action === 'deny') return { message, denial }
  return { message: rewritten === undefined ? message : rewritten(message, verdict.value) }
}

/** Failing is never allowing. The reason stays in the audit trail. */
function failed(error: unknown): Verdict {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'a guard threw something that is not an error'
  return { action: 'deny', denial: { code: 'guard_failed', reason: reason.slice(0, 500) } }
}
