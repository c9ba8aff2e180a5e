import type { Finding } from '../../core/finding.ts'
import type { RedactionStream } from '../redacted.ts'

/**
 * Redacts the string literals of JSON text that arrives in pieces and leaves everything else alone, so that it still parses.
 * Each literal is a text of its own: nothing is matched across its quotes.
 */
export function jsonStringsStream(open: () => RedactionStream): RedactionStream {
  const findings: Finding[] = []
  let literal: RedactionStream | undefined
  /** The last character was a backslash that escapes the next one. */
  let escaped = false

  const close = (): string => {
    if (literal === undefined) return ''
    const rest = literal.end()
    findings.push(...literal.findings.map(({ range: _, ...finding }) => finding))
    literal = undefined
    return rest
  }

  return {
    findings,
    push(text) {
      let out = ''
      let from = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (literal === undefined) {
          if (code !== 34) continue
          out += text.slice(from, i + 1)
          from = i + 1
          literal = open()
        } else if (escaped) escaped = false
        else if (code === 92) escaped = true
        else if (code === 34) {
          out += literal.push(text.slice(from, i)) + close()
          from = i
        }
      }
      const rest = text.slice(from)
      return out + (literal === undefined ? rest : literal.push(rest))
    },
    end: close,
  }
}
