import { ipNumber, parseCidr } from '../../lib/cidr.ts'
import { compileGlob } from '../../lib/glob.ts'
import type { OiapValue } from './document.ts'

/** Compares one value of a request. Undefined: the value is of the wrong type, which counts as missing. */
export type Comparison = (value: unknown) => boolean | undefined

export interface Operator {
  /** True for operators that say what a value must not be. */
  readonly negated: boolean
  /** Compiles the values a document gives (one or more, ORed). A string is what is wrong with them. */
  compile(values: readonly OiapValue[]): Comparison | string
}

type Read<T> = (value: unknown) => T | undefined

/** An operator that is true when any of the document's values compares true. */
function operator<T>(what: string, read: Read<T>, compare: (value: T, given: T) => boolean, negated = false): Operator {
  return {
    negated,
    compile(values) {
      const given = values.map(read)
      const wrong = given.indexOf(undefined)
      if (wrong !== -1) return `${JSON.stringify(values[wrong])} is not ${what}`
      return (value) => {
        const own = read(value)
        return own === undefined ? undefined : (given as T[]).some((one) => compare(own, one)) !== negated
      }
    },
  }
}

const string: Read<string> = (value) => (typeof value === 'string' ? value : undefined)
const folded: Read<string> = (value) => (typeof value === 'string' ? value.toLowerCase() : undefined)
const boolean: Read<boolean> = (value) =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined

/** A finite number, or plain decimal digits. `1e9`, `0x10` and ` 5 ` are not numbers: handlers read them in different ways. */
function number(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' && /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(value) ? Number(value) : undefined
}

/** Milliseconds, or an ISO 8601 date or date-time. */
function date(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(value))
    return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : ms
}

const equals = <T>(a: T, b: T) => a === b
const less = (a: number, b: number) => a < b
const atMost = (a: number, b: number) => a <= b
const greater = (a: number, b: number) => a > b
const atLeast = (a: number, b: number) => a >= b

function like(negated: boolean): Operator {
  return {
    negated,
    compile(values) {
      if (!values.every((value) => typeof value === 'string')) return 'a pattern must be a string'
      const globs = values.map(compileGlob)
      return (value) => (typeof value === 'string' ? globs.some((glob) => glob(value)) !== negated : undefined)
    },
  }
}

function ipAddress(negated: boolean): Operator {
  return {
    negated,
    compile(values) {
      const blocks = values.map((value) => (typeof value === 'string' ? parseCidr(value) : undefined))
      const wrong = blocks.indexOf(undefined)
      if (wrong !== -1) return `${JSON.stringify(values[wrong])} is not an address or a CIDR block`
      return (value) => {
        const address = typeof value === 'string' ? ipNumber(value) : undefined
        return address === undefined ? undefined : blocks.some((inBlock) => inBlock?.(address) === true) !== negated
      }
    },
  }
}

const numeric = 'a number'
const dated = 'an ISO 8601 date'

/** Every operator but `Null`, which asks about the key and not its value. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', operator('a string', string, equals)],
  ['StringNotEquals', operator('a string', string, equals, true)],
  ['StringEqualsIgnoreCase', operator('a string', folded, equals)],
  ['StringNotEqualsIgnoreCase', operator('a string', folded, equals, true)],
  ['StringLike', like(false)],
  ['StringNotLike', like(true)],
  ...['Numeric', 'Number'].flatMap((name): [string, Operator][] => [
    [`${name}Equals`, operator(numeric, number, equals)],
    [`${name}NotEquals`, operator(numeric, number, equals, true)],
    [`${name}LessThan`, operator(numeric, number, less)],
    [`${name}LessThanEquals`, operator(numeric, number, atMost)],
    [`${name}GreaterThan`, operator(numeric, number, greater)],
    [`${name}GreaterThanEquals`, operator(numeric, number, atLeast)],
  ]),
  ['Bool', operator('true or false', boolean, equals)],
  ['BoolEquals', operator('true or false', boolean, equals)],
  ['DateEquals', operator(dated, date, equals)],
  ['DateNotEquals', operator(dated, date, equals, true)],
  ['DateLessThan', operator(dated, date, less)],
  ['DateLessThanEquals', operator(dated, date, atMost)],
  ['DateGreaterThan', operator(dated, date, greater)],
  ['DateGreaterThanEquals', operator(dated, date, atLeast)],
  ['IpAddress', ipAddress(false)],
  ['NotIpAddress', ipAddress(true)],
])
