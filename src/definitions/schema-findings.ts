import type { Finding } from '../core/finding.ts'
import { isObject, own } from '../lib/json-object.ts'
import { escapeToken } from '../lib/json-pointer.ts'

/** Words in the name of an argument that should not be copied into a header, where proxies log it. */
const secretWords = /pass(word|phrase|wd)|secret|token|api_?key|credential|private_?key|\bssn\b/i

/** Mirrored secrets and icons that are neither https nor data. */
export function schemaFindings(items: readonly unknown[], pointer: string): readonly Finding[] {
  return items.flatMap((item, i) => [...mirroredSecrets(item, `${pointer}/${i}`), ...badIcons(item, `${pointer}/${i}`)])
}

function mirroredSecrets(item: unknown, pointer: string): Finding[] {
  const properties = own(own(item, 'inputSchema'), 'properties')
  if (!isObject(properties)) return []
  return Object.entries(properties)
    .filter(([name, property]) => own(property, 'x-mcp-header') !== undefined && secretWords.test(name.slice(0, 128)))
    .map(([name]) => {
      const at = `${pointer}/inputSchema/properties/${escapeToken(name)}/x-mcp-header`
      return { rule: 'definition/mirrored-secret', severity: 'medium', pointer: at }
    })
}

function badIcons(item: unknown, pointer: string): Finding[] {
  const icons = own(item, 'icons')
  if (!Array.isArray(icons)) return []
  return icons.flatMap((icon, i): Finding[] => {
    const src = own(icon, 'src')
    if (typeof src !== 'string' || /^(https:|data:image\/)/i.test(src)) return []
    return [{ rule: 'definition/icon-scheme', severity: 'medium', pointer: `${pointer}/icons/${i}/src` }]
  })
}
