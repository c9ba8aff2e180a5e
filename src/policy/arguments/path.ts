import type { ArgumentCheck, ArgumentFault } from '../argument.ts'
import { hasControl, spellings } from './decode.ts'
import { isSensitivePath } from './sensitive-paths.ts'

export interface PathArgOptions {
  /** Absolute directories. Absolute paths must lie in one; relative ones must not climb out. Without roots any absolute path that is not sensitive passes. */
  readonly roots?: readonly string[] | undefined
  /** Lets paths to secrets and system files pass (`~/.ssh`, `.env`, `/etc`). Default false. */
  readonly sensitive?: boolean | undefined
  /** Longest path in UTF-16 code units. Default 4,096. */
  readonly maxLength?: number | undefined
}

const traversal: ArgumentFault = { rule: 'path/traversal', severity: 'high', technique: 'T1105' }
const outside: ArgumentFault = { rule: 'path/outside-roots', severity: 'high', technique: 'T1105' }
const sensitiveFile: ArgumentFault = { rule: 'path/sensitive', severity: 'high', technique: 'T1502' }
const encoded: ArgumentFault = { rule: 'path/encoded', severity: 'high', technique: 'T1105' }
const control: ArgumentFault = { rule: 'path/control-character', severity: 'high', technique: 'T1105' }
const malformed: ArgumentFault = { rule: 'path/malformed', severity: 'medium', technique: 'T1105' }
const foreign: ArgumentFault = { rule: 'path/drive-or-share', severity: 'high', technique: 'T1105' }

/**
 * A file path. It is judged in every spelling it may take on its way to the file system: percent-encoded any number of times,
 * overlong UTF-8, backslashes, full-width characters, drive letters and network shares, `~`, `file:` URLs.
 *
 * What it cannot see are symbolic links: the handler must open files beneath its root.
 */
export function pathArg(options: PathArgOptions = {}): ArgumentCheck {
  const roots = options.roots?.map((root) => resolve(root.replaceAll('\\', '/')) ?? root)
  const { maxLength = 4_096, sensitive = false } = options
  return {
    kind: 'path',
    check(value) {
      if (typeof value !== 'string' || value.length > maxLength) return malformed
      const texts = spellings(value)
      if (texts === undefined) return encoded
      for (const text of texts) {
        const fault = checkSpelling(text, roots, sensitive)
        if (fault !== undefined) return fault
      }
      return undefined
    },
  }
}

function checkSpelling(text: string, roots: readonly string[] | undefined, sensitive: boolean): ArgumentFault | undefined {
  if (hasControl(text)) return control
  let path = text.trim().replace(/[\\\u2215\u2044\u2216\u29f8\u29f9]/g, '/') // some systems fold look-alikes of the slash into it
  const scheme = /^[a-z][a-z0-9+.-]+:/i.exec(path)?.[0].toLowerCase()
  if (scheme === 'file:') path = path.slice(5).replace(/^\/\/(localhost)?(?=\/)/i, '')
  else if (scheme !== undefined && path.startsWith('//', scheme.length)) return foreign
  const resolved = resolve(path)
  if (resolved === undefined) return traversal
  const root = roots?.find((one) => isInside(resolved, one))
  // Inside a root the operator named, only what lies below it counts: a root may well be in `/etc`.
  const judged = root === undefined || root === '/' ? resolved : resolved.slice(root.length + 1)
  if (!sensitive && isSensitivePath(judged)) return sensitiveFile
  if (root !== undefined) return undefined
  const isDrive = /^[a-z]:/i.test(path)
  if (path.startsWith('//') || (isDrive && roots !== undefined)) return foreign
  const isAbsolute = isDrive || path.startsWith('/') || path.startsWith('~')
  return roots !== undefined && isAbsolute ? outside : undefined // a relative one does not climb out: resolve() saw to that
}

/** Removes `.` and `..`. Undefined when a path climbs above where it starts. `.. ` and `...` are `..` on some systems. */
function resolve(path: string): string | undefined {
  const absolute = path.startsWith('/')
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (/^\.[. ]*\.[. ]*$/.test(segment)) {
      if (kept.length === 0 || (kept.length === 1 && /^([a-z]:|~.*)$/i.test(kept[0] as string))) return undefined
      kept.pop()
    } else kept.push(segment)
  }
  return (absolute ? '/' : '') + kept.join('/')
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)
}
