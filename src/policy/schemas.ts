import { SafeMcpConfigError } from '../core/config-error.ts'
import { isObject } from '../lib/json-object.ts'
import { toPointer } from '../lib/json-pointer.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import type { SchemaIssue as Fault, StandardSchema } from '../lib/standard-schema.ts'
import type { SchemaIssue, SchemaRegistry, SchemaVerdict } from './argument.ts'

/** `'learn'`: from tool lists that pass. By tool name: JSON Schema or any Standard Schema. Or a registry of your own. */
export type ToolSchemas = 'learn' | SchemaRegistry | Readonly<Record<string, StandardSchema | Readonly<Record<string, unknown>>>>

/** The registry behind the `schemas` option. The JSON Schema validator is loaded when the first JSON Schema is needed. */
export function createSchemas(option: ToolSchemas | undefined, path: string): SchemaRegistry | undefined {
  if (option === undefined) return undefined
  if (option === 'learn') return lazily(() => import('./json-schema.ts').then((it) => it.jsonSchemas({ learn: true })))
  if (typeof option !== 'object' || option === null) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path, message: "must be 'learn' or an object from tool name to schema." })
  }
  if (typeof (option as SchemaRegistry).validate === 'function') return option as SchemaRegistry

  const standard = new Map<string, StandardSchema>()
  const json: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [tool, schema] of Object.entries(option)) {
    if (isStandard(schema)) standard.set(tool, schema)
    else if (isObject(schema)) json[tool] = schema
    else
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: `${path}.${tool}`,
        message: 'must be a JSON Schema or a Standard Schema.',
      })
  }
  const rest =
    Object.keys(json).length === 0 ? undefined : lazily(() => import('./json-schema.ts').then((it) => it.jsonSchemas({ tools: json })))
  return {
    validate(tool, args, subject) {
      const schema = standard.get(tool)
      return schema === undefined ? (rest?.validate(tool, args, subject) ?? { ok: true }) : validateStandard(schema, args)
    },
  }
}

function lazily(load: () => Promise<SchemaRegistry>): SchemaRegistry {
  let registry: SchemaRegistry | undefined
  let loading: Promise<SchemaRegistry> | undefined
  const loaded = () => (loading ??= load().then((it) => (registry = it)))
  return {
    validate: (tool, args, subject) =>
      registry === undefined ? loaded().then((it) => it.validate(tool, args, subject)) : registry.validate(tool, args, subject),
    learn(definitions, subject) {
      if (registry === undefined)
        loaded()
          .then((it) => it.learn?.(definitions, subject))
          .catch(() => undefined) // validate() reports it
      else registry.learn?.(definitions, subject)
    },
  }
}

function validateStandard(schema: StandardSchema, args: unknown): MaybePromise<SchemaVerdict> {
  return andThen(schema['~standard'].validate(args), ({ issues }): SchemaVerdict => {
    return issues === undefined ? { ok: true } : { ok: false, issues: issues.slice(0, 20).map(toIssue) }
  })
}

function toIssue({ path = [], message }: Fault): SchemaIssue {
  return { path: toPointer(path.map((part) => String(typeof part === 'object' ? part.key : part))), message }
}

function isStandard(schema: unknown): schema is StandardSchema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
}
