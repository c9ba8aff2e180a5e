import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Finding } from '../core/finding.ts'
import { isObject, own } from '../lib/json-object.ts'
import { toPointer } from '../lib/json-pointer.ts'
import type { ArgumentCheck, ArgumentChecks } from './argument.ts'
import { PatternIndex } from './pattern-index.ts'
import type { PolicyRequest } from './pdp.ts'

interface Rule {
  readonly path: readonly string[]
  readonly pointer: string
  readonly check: ArgumentCheck
}

/** Compiles the `args` option: checks by argument name for every tool, or by tool pattern and then argument name. */
export function compileArgumentChecks(
  checks: ArgumentChecks | undefined,
  path: string,
):
  | ((resource: PolicyRequest['resource'], args: Readonly<Record<string, unknown>>) => (Finding & { readonly pointer: string }) | undefined)
  | undefined {
  if (checks === undefined) return undefined
  const index = new PatternIndex<Rule>()
  for (const [key, value] of Object.entries(checks)) {
    if (isCheck(value)) index.add('*', rule(key, value))
    else {
      if (!isObject(value)) throw fault(`${path}.${key}`)
      for (const [argument, check] of Object.entries(value)) {
        if (!isCheck(check)) throw fault(`${path}.${key}.${argument}`)
        index.add(key, rule(argument, check))
      }
    }
  }
  return (resource, args) => {
    for (const { value } of index.match(resource.type, resource.id)) {
      const { check, pointer } = value
      const failed = valuesAt(args, value.path, check.whole === true)
        .map((one) => check.check(one))
        .find((one) => one !== undefined)
      if (failed !== undefined) return { ...failed, pointer }
    }
    return undefined
  }
}

/** The values to check. A list is checked item by item, so that wrapping a value in a list avoids nothing. */
function valuesAt(args: Readonly<Record<string, unknown>>, path: readonly string[], whole: boolean): readonly unknown[] {
  let values: readonly unknown[] = [args]
  for (const [i, key] of path.entries()) {
    values = values.map((value) => own(value, key))
    if (!whole || i < path.length - 1) values = values.flatMap(items)
  }
  return values.filter((value) => value !== undefined)
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(16) : [value]
}

function rule(argument: string, check: ArgumentCheck): Rule {
  const path = argument.split('.')
  return { path, pointer: toPointer(path), check }
}

function isCheck(value: unknown): value is ArgumentCheck {
  return typeof value === 'object' && value !== null && typeof (value as ArgumentCheck).check === 'function'
}

function fault(path: string): SafeMcpConfigError {
  const suggestion = 'Use pathArg, urlArg, sqlArg, commandArg or numberArg.'
  return new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must be an argument check.', suggestion })
}
