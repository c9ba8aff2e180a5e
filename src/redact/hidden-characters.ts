import { type Kind, toFinding } from './kind.ts'
import type { Redacted, RedactionStream } from './redacted.ts'
import type { Redactor } from './redactor.ts'
import { redactValue } from './value.ts'

/**
 * Nobody sees them, models read them: tag characters, the variation selectors that carry bytes, zero-width spaces, invisible operators, and
 * the marks that turn text round. Joiners, soft hyphens, direction marks and emoji selectors stay: scripts and emoji are written with them.
 */
const hidden = /[\u200b\u202a-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udc7f\udd00-\uddef]/g
/** The same as JSON may escape them. */
const escaped = /\\u(?:200b|202[a-e]|206[0-9a-f]|feff|db40)/i

/** The redactor, taking hidden characters out of what it leaves of a text. What they hid from others it has seen through before. */
export function withoutHidden(inner: Redactor, kind: Kind): Redactor {
  const { range: _, ...finding } = toFinding(kind, 0, 0)
  const redact = (text: string): Redacted => {
    const made = inner.redact(text)
    const left = made.text.replace(hidden, '')
    return left === made.text ? made : { text: left, findings: [...made.findings, finding] }
  }
  return {
    ...inner,
    redact,
    redactValue: (value, how) => redactValue(redact, value, { ...how, thorough: inner.thorough }),
    stream: (how) => streamWithoutHidden(inner.stream(how), finding),
    gate: (json) => inner.gate(json) || json.search(hidden) >= 0 || (json.includes('\\u') && escaped.test(json)),
  }
}

/** Half a surrogate pair never comes out of a stream, so each piece of text can be looked at alone. They are reported once. */
function streamWithoutHidden(inner: RedactionStream, finding: RedactionStream['findings'][number]): RedactionStream {
  const findings: (typeof finding)[] = []
  let told = 0
  let noted = false
  const clean = (text: string): string => {
    findings.push(...inner.findings.slice(told))
    told = inner.findings.length
    const left = text.replace(hidden, '')
    if (left !== text && !noted) findings.push(finding)
    noted ||= left !== text
    return left
  }
  return { findings, push: (text) => clean(inner.push(text)), end: () => clean(inner.end()) }
}
