/** A word, a quoted name, an operator character, a literal or a comment. Words and names are lower-case. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'punctuation' | 'string' | 'number' | 'comment' | 'broken'
  readonly text: string
}

/**
 * Splits SQL into tokens in one pass, without knowing the dialect. What dialects read differently becomes `broken`: a quote that
 * does not end, and a backslash before a quote, which ends the string in one database and not in the next.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = []
  let i = 0
  while (i < sql.length) {
    const char = sql[i] as string
    if (/\s/.test(char)) i++
    else if (sql.startsWith('--', i) || char === '#') i = comment(sql.indexOf('\n', i), i)
    else if (sql.startsWith('/*', i)) i = comment(sql.indexOf('*/', i + 2) + 2, i)
    else if (char === "'" || char === '"' || char === '`') i = quoted(i, char)
    else if (char === '$' && /^\$[A-Za-z_]*\$/.test(sql.slice(i, i + 66))) i = dollar(i)
    else if (/[A-Za-z_\u0080-\uffff@]/.test(char)) i = run(i, /[\w$\u0080-\uffff@]/, 'word')
    else if (/[0-9]/.test(char)) i = run(i, /[\w.]/, 'number')
    else {
      tokens.push({ kind: 'punctuation', text: char })
      i++
    }
  }
  return tokens

  function comment(end: number, start: number): number {
    tokens.push({ kind: 'comment', text: '' })
    return end <= start + 1 ? sql.length : end
  }

  function quoted(start: number, quote: string): number {
    let end = start + 1
    for (; end < sql.length; end++) {
      if (sql[end] === '\\' && (sql[end + 1] === quote || sql[end + 1] === '\\')) {
        tokens.push({ kind: 'broken', text: '' })
        end++
      } else if (sql[end] === quote) {
        if (sql[end + 1] !== quote) break
        end++
      }
    }
    if (end >= sql.length) tokens.push({ kind: 'broken', text: '' })
    const text = sql.slice(start + 1, end)
    tokens.push(quote === "'" ? { kind: 'string', text } : { kind: 'name', text: text.toLowerCase() })
    return end + 1
  }

  function dollar(start: number): number {
    const tag = sql.slice(start, sql.indexOf('$', start + 1) + 1)
    const end = sql.indexOf(tag, start + tag.length)
    tokens.push({ kind: end === -1 ? 'broken' : 'string', text: '' })
    return end === -1 ? sql.length : end + tag.length
  }

  function run(start: number, part: RegExp, kind: 'word' | 'number'): number {
    let end = start + 1
    while (end < sql.length && part.test(sql[end] as string)) end++
    tokens.push({ kind, text: sql.slice(start, end).toLowerCase() })
    return end
  }
}
