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

/** Asks one guard. */
export type Ask = (guard: Guard, message: Message | undefined) => MaybePromise<Verdict | void>

/** Makes the message that carries a rewritten value on to the next guard. */
export type Rewritten = (message: Message, value: unknown) => Message

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
  subject?: { readonly message: Message; readonly rewritten: Rewritten },
): MaybePromise<Judgement> {
  let message = subject?.message
  const run = (from: number): MaybePromise<Judgement> => {
    for (let i = from; i < guards.length; i++) {
      const guard = guards[i] as Guard
      if (state.relaxed.has(guard.name)) continue
      let verdict: MaybePromise<Verdict | void>
      try {
        verdict = ask(guard, message)
      } catch (error) {
        verdict = failed(error)
      }
      if (isPromise(verdict)) {
        return verdict.then(undefined, failed).then((settled) => apply(guard, settled) ?? run(i + 1))
      }
      const ended = apply(guard, verdict)
      if (ended !== undefined) return ended
    }
    return { message }
  }

  const apply = (guard: Guard, verdict: Verdict | void): Judgement | undefined => {
    if (verdict === undefined || verdict.action === 'allow') return undefined
    if (verdict.action === 'respond') return { message, reply: verdict.reply }
    const enforced = guard.always === true || (guard.mode ?? state.mode) !== 'monitor'
    if (verdict.action === 'deny') {
      record(guard, 'deny', enforced, verdict.denial)
      return enforced ? { message, denial: verdict.denial } : undefined
    }
    record(guard, 'rewrite', enforced, undefined)
    if (enforced && message !== undefined && subject !== undefined) message = subject.rewritten(message, verdict.value)
    return undefined
  }

  const record = (guard: Guard, action: 'deny' | 'rewrite', enforced: boolean, denial: Denial | undefined): void =>
    tell(observers, (observer) => observer.onVerdict?.({ guard: guard.name, phase, action, enforced, denial, message }, state))

  return run(0)
}

/** Failing is never allowing. The reason stays in the audit trail. */
function failed(error: unknown): Verdict {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'a guard threw something that is not an error'
  return { action: 'deny', denial: { code: 'guard_failed', reason: reason.slice(0, 500) } }
}
