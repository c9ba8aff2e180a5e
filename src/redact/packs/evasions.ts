import { DASH, DOT, WIDE, WORD } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'
import { email, readDomain } from '../kinds/email.ts'

/** Addresses spelled so that programs overlook them. Not in the base set: after every word a stream would wait for the next one. */
const spelledEmail: Kind = {
  ...email,
  id: 'pii/spelled-email',
  name: 'spelled-email',
  what: '`user at example dot com`, `user [at] example [dot] com`, `user AT example DOT com`',
  validator: 'both words spelled out, known top-level ending',
  base: false,
  pack: 'safe-mcp/redact/evasions',
  around: () => ({}),
  triggers: [' at ', ' [at] ', ' (at) ', '[at] ', '(at) '],
  verify(cursor, start, end) {
    const from = cursor.back(start, WORD | DASH | DOT | WIDE, 64)
    if (from === start) return false
    const to = readDomain(cursor, end, true)
    return to > 0 && cursor.match(from, to)
  },
}

/** Spellings that hide what they say. */
export const evasions: readonly Kind[] = [spelledEmail]
