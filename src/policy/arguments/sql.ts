import type { ArgumentCheck, ArgumentFault } from '../argument.ts'
import { hasControl } from './decode.ts'
import { type SqlToken, sqlTokens } from './sql-tokens.ts'

export interface SqlArgOptions {
  /** What a statement may do. Default `['select']`. */
  readonly verbs?: readonly string[] | undefined
  /** `update` and `delete` must have a `where`. Default true. */
  readonly requireWhere?: boolean | undefined
  /** `select` must have a `limit` (or `fetch`, `top`). Default false. */
  readonly requireLimit?: boolean | undefined
  /** Tables that may be named after `from`, `join`, `into`, `update` and `table`. Default any. */
  readonly tables?: readonly string[] | undefined
  /** Lets comments pass, in which dialects hide different things. Default false. */
  readonly comments?: boolean | undefined
  /** Lets `union`, `intersect` and `except` pass. Default true. */
  readonly union?: boolean | undefined
}

const malformed: ArgumentFault = { rule: 'sql/malformed', severity: 'medium', technique: 'T1101' }
const ambiguous: ArgumentFault = { rule: 'sql/ambiguous-quote', severity: 'high', technique: 'T1101' }
const comments: ArgumentFault = { rule: 'sql/comment', severity: 'high', technique: 'T1101' }
const stacked: ArgumentFault = { rule: 'sql/stacked', severity: 'high', technique: 'T1101' }
const badVerb: ArgumentFault = { rule: 'sql/verb', severity: 'high', technique: 'T1104' }
const noWhere: ArgumentFault = { rule: 'sql/no-where', severity: 'high', technique: 'T1104' }
const noLimit: ArgumentFault = { rule: 'sql/no-limit', severity: 'medium', technique: 'T1104' }
const badTable: ArgumentFault = { rule: 'sql/table', severity: 'high', technique: 'T1104' }
const setOperator: ArgumentFault = { rule: 'sql/union', severity: 'high', technique: 'T1101' }
const alwaysTrue: ArgumentFault = { rule: 'sql/always-true', severity: 'high', technique: 'T1101' }
const reachesOut: ArgumentFault = { rule: 'sql/reaches-out', severity: 'critical', technique: 'T1101' }

const verbs = new Set(
  'select insert update delete merge replace upsert create alter drop truncate rename grant revoke attach detach pragma copy load call exec execute do declare begin set use vacuum analyze lock kill shutdown handler prepare explain show describe with values table'.split(
    ' ',
  ),
)
/** Verbs that mean something else inside a statement: functions, clauses. */
const alsoClauses = new Set([
  'replace',
  'set',
  'values',
  'table',
  'with',
  'do',
  'use',
  'lock',
  'analyze',
  'begin',
  'declare',
  'select',
  'show',
  'describe',
  'explain',
  'call',
  'load',
  'copy',
  'rename',
  'handler',
  'prepare',
  'kill',
])

/** Functions and clauses that leave the database: files, network, shell, waiting. */
const outward = new Set(
  'xp_cmdshell xp_dirtree sp_oacreate sp_executesql load_file outfile dumpfile pg_read_file pg_read_binary_file pg_ls_dir lo_import lo_export dblink dblink_connect utl_http utl_file dbms_pipe load_extension sys_exec sys_eval pg_sleep sleep benchmark waitfor openrowset opendatasource bulk writefile readfile randomblob'.split(
    ' ',
  ),
)

/**
 * One SQL statement. Verbs, tables and shape are checked on tokens, not on text, so that strings and case do not matter.
 * It knows no dialect: use a database role with only the rights it needs as well.
 */
export function sqlArg(options: SqlArgOptions = {}): ArgumentCheck {
  const allowed = new Set((options.verbs ?? ['select']).map((verb) => verb.toLowerCase()))
  const tables = options.tables === undefined ? undefined : new Set(options.tables.map((table) => table.toLowerCase()))
  return {
    kind: 'sql',
    check(value) {
      if (typeof value !== 'string' || value.length > 100_000 || hasControl(value.replace(/[\t\r\n]/g, ''))) return malformed
      const tokens = sqlTokens(value)
      if (tokens.some(({ kind }) => kind === 'broken')) return ambiguous
      if (options.comments !== true && tokens.some(({ kind }) => kind === 'comment')) return comments
      const code = tokens.filter(({ kind }) => kind !== 'comment')
      while (code.at(-1)?.text === ';') code.pop()
      if (code.some(isSemicolon)) return stacked
      return checkStatement(code, allowed, tables, options)
    },
  }
}

function checkStatement(
  code: readonly SqlToken[],
  allowed: ReadonlySet<string>,
  tables: ReadonlySet<string> | undefined,
  options: SqlArgOptions,
): ArgumentFault | undefined {
  const words = code.filter(({ kind }) => kind === 'word').map(({ text }) => text)
  const first = code.find(({ text }) => text !== '(')
  if (first?.kind !== 'word' || !verbs.has(first.text)) return malformed
  const verb =
    first.text === 'with' ? (words.find((word) => ['select', 'insert', 'update', 'delete', 'merge'].includes(word)) ?? 'with') : first.text
  if (!allowed.has(verb) && !allowed.has(first.text)) return badVerb
  // A verb in the middle runs too: `with x as (delete ...) select`, `explain analyze delete`.
  if (words.some((word) => verbs.has(word) && !alsoClauses.has(word) && !allowed.has(word) && word !== first.text)) return badVerb
  if (words.some((word) => outward.has(word))) return reachesOut
  if (verb === 'select' && words.includes('into') && !allowed.has('insert')) return badVerb
  if (options.union === false && words.some((word) => word === 'union' || word === 'intersect' || word === 'except')) return setOperator
  if (isAlwaysTrue(code)) return alwaysTrue
  if (options.requireWhere !== false && (verb === 'update' || verb === 'delete') && !words.includes('where')) return noWhere
  if (options.requireLimit === true && verb === 'select' && !words.some((word) => word === 'limit' || word === 'fetch' || word === 'top'))
    return noLimit
  return tables === undefined || tablesOf(code).every((table) => tables.has(table)) ? undefined : badTable
}

function isSemicolon({ kind, text }: SqlToken): boolean {
  return kind === 'punctuation' && text === ';'
}

/** `or 1=1`, `or 'a'='a'`, `where true`: a condition that filters nothing. */
export function isAlwaysTrue(code: readonly SqlToken[]): boolean {
  return code.some(({ kind, text }, i) => {
    if (kind !== 'word' || (text !== 'or' && text !== 'where' && text !== 'having')) return false
    const rest = code.slice(i + 1, i + 6).filter((token) => token.text !== '(')
    const [left, operator, right] = rest
    if (left === undefined) return false
    if (left.kind === 'word' && left.text === 'true') return operator === undefined || operator.text !== '='
    const same = right !== undefined && right.kind === left.kind && right.text === left.text
    if ((operator?.text === '=' || operator?.text === 'like') && same) return true
    // A bare literal is a condition by itself: `where 1`, `or 1 --`.
    return left.kind === 'number' && Number(left.text) !== 0 && (operator === undefined || ['or', 'limit', 'order'].includes(operator.text))
  })
}

const tableWords = new Set(['from', 'join', 'into', 'update', 'table'])

/** Names after `from`, `join` and so on, with their schema. `?` where a name should be and is none. */
function tablesOf(code: readonly SqlToken[]): readonly string[] {
  const found: string[] = []
  for (let i = 0; i < code.length; i++) {
    const introducer = code[i] as SqlToken
    if (introducer.kind !== 'word' || !tableWords.has(introducer.text)) continue
    let at = i + 1
    do {
      if (code[at]?.text === ',') at++
      if (code[at]?.text === '(') break // a subquery has its own from
      let name = isName(code[at]) ? (code[at++] as SqlToken).text : '?'
      while (code[at]?.text === '.' && isName(code[at + 1])) {
        name += `.${code[at + 1]?.text}`
        at += 2
      }
      found.push(name)
      while (isName(code[at]) && !tableWords.has((code[at] as SqlToken).text)) at++ // an alias, or the next clause
    } while (introducer.text === 'from' && code[at]?.text === ',')
  }
  return found
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'name'
}
