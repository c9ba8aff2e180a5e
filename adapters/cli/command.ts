import type { Io } from './io.ts'

/** What the process ends with; every command uses these and no others. */
export const exitCodes = {
  ok: 0,
  /** Something was found, or a check failed. */
  findings: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** A file, a configuration or a server could not be read. */
  cannotRun: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** One screen: 80 columns, 40 lines at most. */
  readonly help: string
  run(args: readonly string[], io: Io): Promise<ExitCode>
}

/** The command line makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something outside could not be read or reached. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun'
}

/** Words for what was thrown, whatever it was. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // fetch() says only "fetch failed"; why stands in the cause, and for several addresses in its list.
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
