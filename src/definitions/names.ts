import type { Finding } from '../core/finding.ts'
import { own } from '../lib/json-object.ts'

/** Letters and digits that pass for one another, each folded to one of them. Other scripts come first to their Latin look-alikes. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  (
    '\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u04bbh\u0501d\u051bq\u051dw\u043ak\u043cm\u0442t\u04cfl' +
    '\u03b1a\u03b5e\u03b9i\u03bfo\u03c1p\u03c5u\u03bdv\u03bak\u03c4t\u03c7x\u0131i\u0251a\u0261g' +
    '0o1l|l'
  )
    .match(/../gsu)
    ?.map((pair) => [pair[0] as string, pair[1] as string]) ?? [],
)

/** What a reader takes a name for: case, separators, invisible characters and look-alikes folded. */
export function skeleton(name: string): string {
  let out = ''
  for (const char of name
    .normalize('NFKC')
    .replace(/[\s\p{C}\p{M}_.-]/gu, '')
    .toLowerCase()) {
    const folded = lookalikes.get(char) ?? char
    out += folded === 'i' ? 'l' : folded
  }
  return out.replaceAll('rn', 'm').replaceAll('vv', 'w')
}

/** Names that repeat or imitate one another within a list, or hide characters. */
export function nameFindings(items: readonly unknown[], pointer: string): readonly Finding[] {
  const findings: Finding[] = []
  const exact = new Set<string>()
  const readers = new Map<string, string>()
  for (const [i, item] of items.entries()) {
    const name = own(item, 'name')
    if (typeof name !== 'string') continue
    const at = `${pointer}/${i}/name`
    const seen = skeleton(name)
    const twin = readers.get(seen)
    if (exact.has(name)) findings.push({ rule: 'definition/duplicate-name', severity: 'high', technique: 'T1301', pointer: at })
    else if (twin !== undefined && twin !== name) {
      // `getUser` beside `get_user` is careless; a letter of another script is meant.
      const severity = isAscii(name) && isAscii(twin) ? 'medium' : 'high'
      findings.push({ rule: 'definition/confusable-name', severity, technique: 'T1301', pointer: at })
    }
    if (isDisguised(name)) findings.push({ rule: 'definition/disguised-name', severity: 'high', technique: 'T1405', pointer: at })
    exact.add(name)
    if (twin === undefined) readers.set(seen, name)
  }
  return findings
}

/** Latin letters mixed with those of a script that imitates them, invisible characters, or compatibility forms. */
function isDisguised(name: string): boolean {
  if (isAscii(name)) return false
  if (/[\p{Cf}\p{Cc}\p{Co}\p{Zl}\p{Zp}]/u.test(name) || name.normalize('NFKC') !== name.normalize('NFC')) return true
  return /[A-Za-z]/.test(name) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(name)
}

function isAscii(name: string): boolean {
  return /^[\x20-\x7e]*$/.test(name)
}
