import type { ResourceType } from './pdp.ts'

/**
 * True when a name has one spelling only. A wildcard never admits any other: `read_\u200Bfile` is not `read_*`, because a
 * lenient server may fold it into the name of a tool that was never meant.
 */
export function isCanonical(type: ResourceType, name: string): boolean {
  if (isPlain(name)) return type !== 'resource' || !hasDotSegment(name)
  if (type === 'resource') return !/[\s\\\p{C}]/u.test(name) && name.normalize('NFC') === name && !hasDotSegment(name)
  return name !== '' && !/^\s|\s$|[\p{C}\p{Zl}\p{Zp}]/u.test(name) && name.normalize('NFKC') === name
}

/** What a lenient server might make of a name. Deny patterns are asked about this spelling too. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s\p{C}\p{Mn}]/gu, '')
    .toLowerCase()
}

/** True when folding cannot change the name. */
export function isFolded(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || (code >= 0x41 && code <= 0x5a)) return false
  }
  return true
}

function isPlain(name: string): boolean {
  if (name === '') return false
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || code === 0x5c) return false
  }
  return true
}

/** Finds `..` as a path segment however often it was percent-encoded: `file:///docs/%252e%252e/etc` would match `file:///docs/*`. */
function hasDotSegment(uri: string): boolean {
  let text = uri
  for (let round = 0; round < 5; round++) {
    for (const segment of text.split(/[/\\?#]/)) if (segment === '..' || segment === '.') return true
    if (!text.includes('%')) return false
    const next = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (next === text) return false
    text = next
  }
  return true
}
