import { escapeToken } from '../../lib/json-pointer.ts'
import type { ArgumentFault, ArgumentInspector } from '../argument.ts'
import { pathArg } from './path.ts'
import { dangerousCommands, hasInjectedCommand } from './shell-suspicion.ts'
import { looksInjected } from './sql-suspicion.ts'
import { urlArg } from './url.ts'

type Kind = 'path' | 'url' | 'command' | 'sql' | 'prose' | 'other'

const names: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  (
    [
      ['path', 'path file filename filepath dir directory folder dest destination src root cwd location'],
      ['url', 'url uri link href endpoint webhook callback redirect site website'],
      ['command', 'command cmd shell script exec args argv arguments commandline code'],
      ['sql', 'sql statement where filter'],
      [
        'prose',
        'content text message body description prompt note notes title comment summary question answer subject query search q term keyword',
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
    inspect(_tool, args) {
      const found: (ArgumentFault & { readonly pointer: string })[] = []
      let leaves = 0
      const visit = (value: unknown, kind: Kind, pointer: string, depth: number): void => {
        if (depth > maxDepth || leaves > maxLeaves) return
        if (typeof value === 'string') {
          leaves++
          const fault = suspect(value.length > maxChars ? value.slice(0, maxChars) : value, kind)
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

function suspect(value: string, kind: Kind): ArgumentFault | undefined {
  if (kind === 'prose') return looksInjected(value) ? sqlInjected : undefined
  if (hasInjectedCommand(value)) return injected
  const scheme = /^([a-z][a-z0-9+.-]{1,16}):\/\//i.exec(value)
  if (kind === 'url' || (scheme !== null && kind !== 'command')) {
    const fault = scheme === null ? undefined : url.check(value)
    if (fault !== undefined && fault.rule !== 'url/malformed') return fault
  } else if (kind === 'path' || looksLikePath(value)) {
    const fault = path.check(value)
    if (fault !== undefined && fault.rule !== 'path/malformed' && !(kind !== 'path' && fault.rule === 'path/drive-or-share')) return fault
  }
  if (kind === 'command' || kind === 'other') {
    const fault = suspectCommand(value)
    if (fault !== undefined) return fault
  }
  return looksInjected(value) ? sqlInjected : undefined
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
