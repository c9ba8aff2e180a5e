import type { Message } from '../core/message.ts'
import { mustChange, type ScanResult } from '../scan/result.ts'
import type { Schema } from './leaf-schema.ts'
import { type RedactedMessage, redactMessage } from './message.ts'
import type { Redacted } from './redacted.ts'
import { redactValue } from './value.ts'

/** What is thought of a text, and what is left of one that may not stay. */
export interface Judge {
  scan(text: string): ScanResult
  sanitise(text: string): string
}

/**
 * Takes instructions out of what a server answers, with the care redaction takes: `structuredContent` keeps to its schema and agrees with
 * the text that mirrors it. Findings are those of texts that may not stay; without any, the value is as it was.
 */
export function disarmMessage(message: Message, judge: Judge, schema?: Schema): RedactedMessage {
  let stuck = false
  const redact = (text: string): Redacted => {
    const result = judge.scan(text)
    if (!mustChange(result)) return { text, findings: [] }
    const clean = judge.sanitise(text)
    // Only a model's word: there is no passage to take out.
    if (clean === text) stuck = true
    return { text: clean, findings: result.findings }
  }
  const outcome = redactMessage(
    message,
    { redact, redactValue: (value, options) => redactValue(redact, value, options), thorough: false },
    { keys: true, schema },
  )
  return { ...outcome, stuck: stuck || outcome.stuck }
}
