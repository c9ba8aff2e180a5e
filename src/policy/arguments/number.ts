import type { ArgumentCheck, ArgumentFault } from '../argument.ts'

export interface NumberArgOptions {
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Whole numbers only. Default false. */
  readonly integer?: boolean | undefined
}

const malformed: ArgumentFault = { rule: 'number/malformed', severity: 'medium' }
const tooSmall: ArgumentFault = { rule: 'number/too-small', severity: 'high' }
const tooLarge: ArgumentFault = { rule: 'number/too-large', severity: 'high' }

/** A number, or plain decimal digits as queries and forms have them. `1e9`, `0x10` and ` 5` are refused: handlers read them in different ways. */
export function numberArg(options: NumberArgOptions = {}): ArgumentCheck {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer = false } = options
  return {
    kind: 'number',
    check(value) {
      const number = typeof value === 'string' && /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number) || (integer && !Number.isSafeInteger(number))) return malformed
      if (number < min) return tooSmall
      return number > max ? tooLarge : undefined
    },
  }
}
