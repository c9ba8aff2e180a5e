import { ALNUM, BASE64URL, DIGIT, HEX, WORD } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'
import { isFiller } from '../kinds/secrets.ts'

/** `[name, issuer, class and length before the mark, the mark, class and lengths after it]` */
type MarkedRow = readonly [
  name: string,
  issuer: string,
  before: readonly [mask: number, count: number],
  mark: string,
  after: readonly [mask: number, min: number, max: number],
]

const rows: readonly MarkedRow[] = [
  ['terraform-token', 'Terraform Cloud', [ALNUM, 14], '.atlasv1.', [BASE64URL, 60, 70]],
  ['mailchimp-key', 'Mailchimp', [HEX, 32], '-us', [DIGIT, 1, 2]],
  ['dropbox-long-token', 'Dropbox', [ALNUM, 11], 'AAAAAAAAAA', [BASE64URL, 43, 43]],
  ['maxmind-key', 'MaxMind', [WORD, 36], '_mmk', [ALNUM, 0, 0]],
]

/** Keys whose mark stands in the middle or at the end. */
export const markedSecrets: readonly Kind[] = rows.map(([name, issuer, [mask, count], mark, [tail, min, max]]) => ({
  id: `secret/${name}`,
  name,
  group: 'secret',
  label: `[${name.toUpperCase().replaceAll('-', '_')}_REDACTED]`,
  severity: 'critical',
  what: `${issuer}: \u2026\`${mark}\`\u2026`,
  validator: 'mark in its exact case, alphabet and length on both sides of it',
  base: false,
  pack: 'safe-mcp/redact/secrets-more',
  triggers: [mark.toLowerCase()],
  reachesBack: true,
  verify(cursor, start, end) {
    if (!cursor.reads(start, mark)) return false
    const from = cursor.back(start, mask, count)
    if (start - from < count || !cursor.opens(from, mask | ALNUM)) return false
    const to = cursor.run(end, tail, max + 1)
    if (to - end < min || to - end > max || !cursor.closes(to, WORD)) return false
    return !isFiller(cursor.slice(from, start)) && cursor.match(from, to)
  },
}))
