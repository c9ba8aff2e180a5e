import { SafeMcpConfigError } from '../core/config-error.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { andThen } from '../lib/maybe-promise.ts'
import { isJsonType, parseMediaType } from '../lib/media-type.ts'
import type { SchemaIssue, StandardSchema } from '../lib/standard-schema.ts'

/** A body guard that remembers what its schema makes of a body, so that adapters can type their handlers. */
export interface BodyGuard<Input = unknown, Output = unknown> extends Guard {
  /** Types only; never set. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
}

const maxIssues = 20

/**
 * Validates the body before the handler runs, with any Standard Schema (zod, valibot, arktype, ...).
 *
 * JSON and forms; other media types are refused with `media_type_unsupported` (415), a body that does not match with
 * `schema_invalid` (422) and one fault per path. The handler finds the typed value at `req.body`, `ctx.request.body`,
 * `c.req.valid('json')` or `safeMcp.body`; the bytes on the wire stay as they are.
 *
 * @example app.post('/chat', guard(bodyGuard(z.object({ message: z.string().max(4000) }))), chat)
 */
export function bodyGuard<Schema extends StandardSchema>(
  schema: Schema,
): BodyGuard<StandardSchema.Input<Schema>, StandardSchema.Output<Schema>> {
  const standard = (schema as StandardSchema | undefined)?.['~standard']
  if (typeof standard?.validate !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'bodyGuard',
      message: 'needs a Standard Schema (an object with `~standard`).',
    })
  }
  return defineGuard({
    name: 'body',
    needs: { body: 'required' },
    onRequest(ctx) {
      const media = parseMediaType(ctx.request.headers.all('content-type'))
      if (media.essence === '' && media.valid) return undefined // no body, or one whose type nobody said: judged as a message
      const readable = media.valid && (isJsonType(media.essence) || media.essence === 'application/x-www-form-urlencoded')
      return readable ? undefined : deny('media_type_unsupported')
    },
    onMessage(message, ctx) {
      if (ctx.mcp?.batch) return deny('batch_invalid')
      return andThen(standard.validate(message.value), (result): Verdict | undefined => {
        if (result.issues !== undefined) return deny('schema_invalid', { data: { errors: result.issues.slice(0, maxIssues).map(toFault) } })
        ctx.setTypedBody(result.value)
        return undefined
      })
    },
  }) as BodyGuard<StandardSchema.Input<Schema>, StandardSchema.Output<Schema>>
}

/** One fault as the caller sees it: where, as a JSON pointer, and what the schema says. Bounded, and without control characters. */
function toFault(issue: SchemaIssue): { readonly path: string; readonly message: string } {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' && part !== null ? part.key : part))
  const path = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return { path: printable(path), message: printable(issue.message) }
}

function printable(text: string): string {
  let clean = ''
  for (const char of text.slice(0, 200))
    clean += char < ' ' || (char >= '\u007f' && char <= '\u009f') || char === '\u2028' || char === '\u2029' ? ' ' : char
  return clean
}
