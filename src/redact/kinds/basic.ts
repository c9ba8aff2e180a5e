import { BASE64, SPACE } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

/**
 * User and password as HTTP and registries write them. After "basic" and "auth" stands anything; only what decodes to `user:password` goes,
 * so it need not be opted into.
 */
export const basicCredentials: Kind = {
  id: 'secret/basic-credentials',
  name: 'basic-credentials',
  group: 'secret',
  label: '[CREDENTIALS_REDACTED]',
  severity: 'high',
  what: '`Basic \u2026` of HTTP, `"auth": "\u2026"` of Docker, `_auth=\u2026` of npm',
  validator: 'base64 that decodes to `user:password`',
  base: true,
  triggers: ['basic ', '_auth=', 'auth"', 'auth\\"'],
  verify(cursor, _start, end, trigger) {
    const from = trigger < 2 ? end : afterName(cursor, end)
    const to = from < 0 ? from : cursor.run(from, BASE64, 1024)
    return to - from >= 8 && (to - from) % 4 === 0 && isUserPassword(cursor.slice(from, to)) && cursor.match(from, to)
  },
}

/** Where the string after the name begins, its quotes escaped or not; -1 where none follows. */
function afterName(cursor: Cursor, at: number): number {
  const colon = cursor.run(at, SPACE, 4)
  if (cursor.at(colon) !== 58) return -1
  let i = cursor.run(colon + 1, SPACE, 4)
  if (cursor.at(i) === 92) i++
  return cursor.at(i) === 34 ? i + 1 : -1
}

function isUserPassword(part: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(part)) return false
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(part))
}
