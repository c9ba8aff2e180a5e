import type { MaybePromise } from '../lib/maybe-promise.ts'

/** One thing that must hold. Runs under any test runner: it throws when it does not. */
export interface ConformanceCase {
  /** A sentence. */
  readonly name: string
  run(): Promise<void>
}

/** What a case throws, with both sides in the message. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** Makes a case of a body that asserts. */
export function conformanceCase(name: string, body: () => MaybePromise<void>): ConformanceCase {
  return { name, run: async () => body() }
}

/** Throws unless both are the same JSON. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [show(actual), show(expected)]
  if (left !== right) throw new ConformanceError(`${what}: expected ${right}, got ${left}.`)
}

export function assert(condition: boolean, what: string): void {
  if (!condition) throw new ConformanceError(what)
}

function show(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}

/** Waits, without keeping a process alive for longer than that. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
