import { isObject } from '../../lib/json-object.ts'
import type { PolicyRequest } from '../pdp.ts'
import type { Condition, ConditionTrace, Truth } from '../statements.ts'
import type { OiapValue } from './document.ts'
import { compileKey, type Found, type Lookup } from './keys.ts'
import { type Comparison, operators } from './operators.ts'

type Quantifier = 'any' | 'all' | undefined

interface Part {
  readonly operator: string
  readonly key: string
  readonly lookup: Lookup
  test(found: Found): Truth
}

/** Where in the document something is wrong, and what. */
export type Fail = (path: string, message: string) => never

/**
 * Compiles one `Condition`. Operators and keys are ANDed.
 *
 * A missing value never opens anything: on `Allow` and `Audit` it makes every operator false; on `Deny` it makes operators that say
 * what a value must be false, and those that say what it must not be true (deny *unless* it is so).
 */
export function compileCondition(condition: unknown, deny: boolean, path: string, fail: Fail): Condition | undefined {
  if (condition === undefined) return undefined
  if (isEmptyObject(condition)) return undefined
  const parts: Part[] = []
  for (const [operator, keys] of entries(condition, path, fail)) {
    for (const [key, value] of entries(keys, `${path}.${operator}`, fail)) parts.push(part(operator, key, value, deny, path, fail))
  }
  return {
    test(request) {
      let truth: Truth = true
      for (const one of parts) {
        const own = one.test(one.lookup(request))
        if (own === false) return false
        if (own === undefined) truth = undefined
      }
      return truth
    },
    trace: (request) => parts.map((one) => traceOf(one, request)),
  }
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

function traceOf({ operator, key, lookup, test }: Part, request: PolicyRequest): ConditionTrace {
  const found = lookup(request)
  return { operator, key, truth: test(found), missing: found.value === undefined && !found.later }
}

function part(name: string, key: string, given: unknown, deny: boolean, path: string, fail: Fail): Part {
  const here = `${path}.${name}`
  const lookup = compileKey(key) ?? fail(`${here}.${key}`, 'is not a condition key')
  const values = valuesOf(given, `${here}.${key}`, fail)
  if (name === 'Null') {
    const [wanted] = values
    if (values.length !== 1 || (typeof wanted !== 'boolean' && wanted !== 'true' && wanted !== 'false'))
      fail(`${here}.${key}`, 'must be true or false')
    const absent = wanted === true || wanted === 'true'
    return { operator: name, key, lookup, test: ({ value, later }) => (later ? undefined : (value === undefined) === absent) }
  }
  const { base, quantifier, ifExists } = parseName(name)
  const operator = operators.get(base) ?? fail(here, 'is not an operator')
  const comparison = operator.compile(values)
  if (typeof comparison === 'string') fail(`${here}.${key}`, comparison)
  const onMissing = ifExists || (deny && operator.negated && quantifier === undefined)
  const compare = comparison as Comparison
  return {
    operator: name,
    key,
    lookup,
    test(found) {
      if (found.later) return undefined
      const all = Array.isArray(found.value) ? found.value : found.value === undefined ? [] : [found.value]
      if (all.length === 0) return onMissing
      const one = (value: unknown): boolean => compare(value) ?? onMissing
      return quantify(quantifier, operator.negated, found.fromCaller, deny) === 'any' ? all.some(one) : all.every(one)
    },
  }
}

/**
 * How many of several values must compare true. Lists the caller wrote are read in the way that opens least: one good value in
 * `["ok", "bad"]` does not allow, one bad value denies.
 */
function quantify(quantifier: Quantifier, negated: boolean, fromCaller: boolean, deny: boolean): 'any' | 'all' {
  if (quantifier !== undefined) return quantifier
  if (fromCaller) return deny ? 'any' : 'all'
  return negated ? 'all' : 'any'
}

function parseName(name: string): { readonly base: string; readonly quantifier: Quantifier; readonly ifExists: boolean } {
  let base = name
  let quantifier: Quantifier
  if (base.startsWith('ForAnyValue:')) quantifier = 'any'
  if (base.startsWith('ForAllValues:')) quantifier = 'all'
  if (quantifier !== undefined) base = base.slice(base.indexOf(':') + 1)
  const ifExists = base.endsWith('IfExists')
  if (ifExists) base = base.slice(0, -'IfExists'.length)
  return { base, quantifier, ifExists }
}

function entries(value: unknown, path: string, fail: Fail): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'must be an object')
  const list = Object.entries(value)
  return list.length === 0 ? fail(path, 'must not be empty') : list
}

function valuesOf(value: unknown, path: string, fail: Fail): OiapValue[] {
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0) fail(path, 'must not be empty')
  for (const one of values)
    if (!['string', 'number', 'boolean'].includes(typeof one)) fail(path, 'must be a string, number, boolean or a list of them')
  return values as OiapValue[]
}
