import { isAlwaysTrue } from './sql.ts'
import { type SqlToken, sqlTokens } from './sql-tokens.ts'

/** Verbs with the word that follows them in SQL and hardly in prose. */
const destructive: ReadonlyMap<string, readonly string[]> = new Map([
  ['drop', ['table', 'database', 'schema', 'view', 'index', 'user', 'column']],
  ['alter', ['table', 'user', 'database', 'role']],
  ['create', ['table', 'user', 'database', 'trigger', 'function', 'procedure']],
  ['attach', ['database']],
  ['truncate', ['table']],
  ['delete', ['from']],
  ['insert', ['into']],
  ['exec', ['xp_cmdshell', 'sp_executesql', 'master']],
])
const outward = [
  'xp_cmdshell',
  'load_file',
  'outfile',
  'dumpfile',
  'pg_sleep',
  'load_extension',
  'benchmark',
  'waitfor',
  'pg_read_file',
  'lo_import',
  'utl_http',
]

/** Signs of SQL that somebody injected. For findings on arguments nobody declared. */
export function looksInjected(text: string): boolean {
  if (text.length > 20_000) return false
  const lower = text.toLowerCase()
  // Only text that can break out of a statement or join a second one.
  if (!/['";]|--|\/\*|\bunion\b|\bor\b/.test(lower)) return false
  if (/'\s{0,4}(--|#)\s{0,4}$/.test(lower.slice(-16))) return true // what follows is cut off
  return signs(lower) || (lower.includes("'") && signs(lower.slice(lower.indexOf("'") + 1)))
}

function signs(text: string): boolean {
  const code = sqlTokens(text).filter(({ kind }) => kind !== 'comment' && kind !== 'broken')
  const words = code.filter(({ kind }) => kind === 'word').map(({ text }) => text)
  if (words.some((word) => outward.includes(word)) && /[('=]/.test(text)) return true
  const union = code.findIndex(({ kind, text }) => kind === 'word' && text === 'union')
  if (union !== -1 && isUnionSelect(code, union + 1)) return true
  for (const [i, token] of code.entries()) {
    const next = code[i + 1]
    if (token.text === ';' && next?.kind === 'word' && destructive.get(next.text)?.includes(code[i + 2]?.text ?? '') === true) return true
  }
  return /\b(or|and)\b|where/.test(text) && isAlwaysTrue(code)
}

/** `union select` followed by a list of columns: a number, `null`, a comma or `from` soon after. */
function isUnionSelect(code: readonly SqlToken[], at: number): boolean {
  const select = code[at]?.text === 'all' || code[at]?.text === 'distinct' ? at + 1 : at
  if (code[select]?.text !== 'select') return false
  return code
    .slice(select + 1, select + 8)
    .some(({ kind, text }) => kind === 'number' || [',', '*', 'null', 'from', '@@version'].includes(text))
}
