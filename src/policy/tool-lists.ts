import { checkStrings } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { PolicyRequest, Subject } from './pdp.ts'
import type { Condition, Statement } from './statements.ts'

/**
 * Who may call what, as lists. Patterns are exact names or globs (`*`, `?`); `tool:`, `prompt:` or `resource:` in front keeps one
 * to its kind. Any of `allow`, `scopes` and `roles` closes what no list names; `deny` alone leaves the rest open.
 */
export interface ToolLists {
  readonly allow?: readonly string[] | undefined
  /** Wins over everything. */
  readonly deny?: readonly string[] | undefined
  /** Pattern to the scopes a caller needs, all of them. Names the tool, so it is open to those who have them. */
  readonly scopes?: Readonly<Record<string, readonly string[] | string>> | undefined
  /** Pattern to roles of which a caller needs one (`attributes.roles` or `attributes.role`). */
  readonly roles?: Readonly<Record<string, readonly string[] | string>> | undefined
  /** Patterns of what needs a signed one-time approval for each call. Opens nothing by itself. */
  readonly requireApproval?: readonly string[] | undefined
}

/** The lists as statements. `elsewhere`: another policy names what is open, so these only take away. */
export function listStatements(lists: ToolLists, elsewhere: boolean, path = 'tools'): Statement[] {
  const allow = checkStrings(lists.allow, `${path}.allow`)
  const deny = checkStrings(lists.deny, `${path}.deny`) ?? []
  const scopes = table(lists.scopes, `${path}.scopes`)
  const roles = table(lists.roles, `${path}.roles`)
  const statements: Statement[] = deny.map((pattern, i) => ({ id: `${path}.deny[${i}]`, effect: 'deny', patterns: [pattern] }))

  const closed = elsewhere ? allow !== undefined : allow !== undefined || scopes.length > 0 || roles.length > 0
  if (!closed) statements.push({ id: `${path} (open)`, effect: 'allow', patterns: ['*'] })
  for (const [i, pattern] of (allow ?? []).entries()) statements.push({ id: `${path}.allow[${i}]`, effect: 'allow', patterns: [pattern] })
  for (const [i, pattern] of (checkStrings(lists.requireApproval, `${path}.requireApproval`) ?? []).entries()) {
    statements.push({ id: `${path}.requireApproval[${i}]`, effect: 'require', patterns: [pattern], approval: true })
  }
  for (const { id, pattern, words } of [...scopes, ...roles]) {
    statements.push({ id, effect: 'allow', patterns: [pattern] })
    statements.push({ id, effect: 'require', patterns: [pattern], condition: nobody, code: 'identity_required', scopes: [] })
    const isScope = id.startsWith(`${path}.scopes`)
    statements.push(
      isScope
        ? { id, effect: 'require', patterns: [pattern], condition: lacksScope(words, id), code: 'scope_insufficient', scopes: words }
        : { id, effect: 'require', patterns: [pattern], condition: lacksRole(words), code: 'tool_denied' },
    )
  }
  return statements
}

const nobody: Condition = { test: ({ subject }) => subject.type === 'anonymous' }

function lacksScope(needed: readonly string[], path: string): Condition {
  for (const scope of needed) {
    // RFC 6749 section 3.3: a scope goes into a quoted header parameter, so only these characters may.
    if (/[^\x21\x23-\x5b\x5d-\x7e]/.test(scope) || scope === '') throw fault(path, 'is not a list of OAuth scopes')
  }
  return { test: ({ subject }: PolicyRequest) => !needed.every((scope) => wordsOf(subject, 'scopes').includes(scope)) }
}

function lacksRole(oneOf: readonly string[]): Condition {
  return {
    test: ({ subject }) => !oneOf.some((role) => wordsOf(subject, 'roles').includes(role) || wordsOf(subject, 'role').includes(role)),
  }
}

/** The words of a property: a list of strings, or one string. A string is one word, never split: `api admin` is not `api`. */
function wordsOf(subject: Subject, property: string): readonly unknown[] {
  if (!Object.hasOwn(subject.properties, property)) return []
  const value = subject.properties[property]
  return Array.isArray(value) ? value : [value]
}

interface Row {
  readonly id: string
  readonly pattern: string
  readonly words: readonly string[]
}

function table(value: unknown, path: string): Row[] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(path, 'must be an object from pattern to list')
  return Object.entries(value).map(([pattern, words]) => {
    const id = `${path}[${JSON.stringify(pattern)}]`
    return { id, pattern, words: checkStrings(typeof words === 'string' ? [words] : (words ?? null), id) ?? [] }
  })
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path, message: `${message}.` })
}
