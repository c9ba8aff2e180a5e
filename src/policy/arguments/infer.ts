import { escapeToken } from '../../lib/json-pointer.ts'
import type { ArgumentFault, ArgumentInspector } from '../argument.ts'
import { suspectLeak } from './leak-suspicion.ts'
import { pathArg } from './path.ts'
import { dangerousCommands, hasInjectedCommand } from './shell-suspicion.ts'
import { looksInjected } from './sql-suspicion.ts'
import { urlArg } from './url.ts'

type Kind = 'path' | 'url' | 'command' | 'code' | 'sql' | 'prose' | 'other'

const names: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  (
    [
      ['path', 'path file filename filepath dir directory folder dest destination src root cwd location'],
      ['url', 'url uri link href endpoint webhook callback redirect site website'],
      ['command', 'command cmd shell exec args argv arguments commandline'],
      ['code', 'code source snippet program script'],
      ['sql', 'sql statement where filter'],
      [
        'prose',
        'content text markdown html json yaml xml csv data message body description prompt note notes title comment summary question answer subject query search q term keyword glob pattern regex',
      ],
    ] as const
  ).flatMap(([kind, words]) => words.split(' ').map((word): [string, Kind] => [word, kind])),
)

const path = pathArg()
const url = urlArg({
  schemes: ['http', 'https', 'ws', 'wss', 'ftp', 'sftp', 'git', 'ssh', 'mailto', 's3', 'gs'],
  ports: [80, 443, 8080, 8443],
  idn: true,
})
const injected: ArgumentFault = { rule: 'command/injected', severity: 'high', technique: 'T1101' }
const sqlInjected: ArgumentFault = { rule: 'sql/injected', severity: 'high', technique: 'T1101' }

const enumeration: ArgumentFault = { rule: 'path/enumeration', severity: 'medium', technique: 'T1606' }

/** Directories from which a listing maps the machine. */
const vantagePoints =
  /^([a-z]:)?\/?(|home|users|users\/administrator|var|var\/lib(\/\w{1,32})?|usr|opt|srv|mnt|media|program files|programdata)\/?$/
const listing = /(^|[^a-z])(list|ls|dir|tree|browse|find|scan|enumerate|directory)([^a-z]|$)/i

const maxLeaves = 2_000
const maxDepth = 16
const maxChars = 20_000

/**
 * Looks at arguments nobody declared: by their names and by what they look like. It notices traversal, sensitive files, injected
 * commands and SQL, takeover commands and internal addresses. What it notices are findings; `deny: true` refuses such calls, but
 * typed checks in `args` are the firmer way.
 */
export function inferArguments(options: { readonly deny?: boolean | undefined } = {}): ArgumentInspector {
  return {
    deny: options.deny,
    inspect(tool, args) {
      const found: (ArgumentFault & { readonly pointer: string })[] = []
      let leaves = 0
      const visit = (value: unknown, kind: Kind, pointer: string, depth: number): void => {
        if (depth > maxDepth || leaves > maxLeaves) return
        if (typeof value === 'string') {
          leaves++
          const fault = suspect(value.length > maxChars ? value.slice(0, maxChars) : value, kind, tool)
          if (fault !== undefined) found.push({ ...fault, pointer })
        } else if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, kind, `${pointer}/${i}`, depth + 1)
        else if (typeof value === 'object' && value !== null) {
          for (const [name, member] of Object.entries(value))
            visit(member, kindOf(name) ?? kind, `${pointer}/${escapeToken(name)}`, depth + 1)
        }
      }
      visit(args, 'other', '', 0)
      return found
    },
  }
}

/** `sourcePath`, `target_dir`, `webhookUrl`: the last word of a name says what it is. */
function kindOf(name: string): Kind | undefined {
  const words = name
    .slice(0, 64)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return names.get(words.at(-1) ?? '') ?? (words.length > 1 ? undefined : names.get(name.toLowerCase()))
}

function suspect(value: string, kind: Kind, tool: string): ArgumentFault | undefined {
  const leak = suspectLeak(value)
  if (leak !== undefined) return leak
  if (kind === 'prose') return looksInjected(value) ? sqlInjected : undefined
  if (kind === 'command' || kind === 'code') return suspectCommand(value)
  if (hasInjectedCommand(value)) return injected
  return (
    suspectPlace(value, kind, tool) ??
    (kind === 'other' ? suspectCommand(value) : undefined) ??
    (looksInjected(value) ? sqlInjected : undefined)
  )
}

/** What leads somewhere: a URL, or a path. */
function suspectPlace(value: string, kind: Kind, tool: string): ArgumentFault | undefined {
  if (kind === 'url' || /^[a-z][a-z0-9+.-]{1,16}:\/\//i.test(value)) {
    const fault = value.includes(':') ? url.check(value) : undefined
    return fault?.rule === 'url/malformed' ? undefined : fault
  }
  if (kind !== 'path' && !looksLikePath(value)) return undefined
  const fault = path.check(value)
  if (fault === undefined)
    return listing.test(tool) && vantagePoints.test(value.toLowerCase().replaceAll('\\', '/')) ? enumeration : undefined
  return fault.rule === 'path/malformed' || (kind !== 'path' && fault.rule === 'path/drive-or-share') ? undefined : fault
}

function looksLikePath(value: string): boolean {
  return value.length < 1_024 && !/\s/.test(value.trim()) && /^(\/|~|\.\.?[/\\]|[a-z]:[/\\]|%2e|%2f|%25|\\\\)/i.test(value)
}

function suspectCommand(value: string): ArgumentFault | undefined {
  const text = value.toLowerCase()
  const words = text.split(/\s+/, 256).map((word) => word.replace(/^["']|["']$/g, ''))
  const sign = dangerousCommands.find((one) => one.test(words, text))
  if (sign !== undefined) return { rule: sign.rule, severity: 'high', technique: sign.technique }
  if (words.length === 1) return undefined
  const target = words.find((word) => looksLikePath(word) && path.check(word)?.rule === 'path/sensitive')
  return target === undefined ? undefined : { rule: 'path/sensitive', severity: 'high', technique: 'T1502' }
}
