import type { ArgumentCheck, ArgumentFault } from '../argument.ts'
import { hasControl } from './decode.ts'

export interface CommandArgOptions {
  /** Programs that may run, as they are written: `git`, not what a path may lead to. */
  readonly allow: readonly string[]
  /** Options that may not be given, by program: `{ git: ['-c', '--exec-path'] }`. A prefix before `=` counts. */
  readonly denyFlags?: Readonly<Record<string, readonly string[]>> | undefined
}

const malformed: ArgumentFault = { rule: 'command/malformed', severity: 'medium', technique: 'T1101' }
const shell: ArgumentFault = { rule: 'command/shell-syntax', severity: 'high', technique: 'T1101' }
const program: ArgumentFault = { rule: 'command/program', severity: 'high', technique: 'T1104' }
const flag: ArgumentFault = { rule: 'command/flag', severity: 'high', technique: 'T1101' }

/** Options with which an ordinary program runs another one. */
const runsOthers: ReadonlyMap<string, readonly string[]> = new Map([
  ['git', ['-c', '--exec-path', '--upload-pack', '--receive-pack', '--config-env', 'ext::']],
  ['find', ['-exec', '-execdir', '-ok', '-okdir', '-delete', '-fprintf', '-fprint', '-fls']],
  ['tar', ['--checkpoint-action', '--to-command', '--use-compress-program', '-I', '--rsh-command']],
  ['curl', ['-o', '--output', '-O', '-K', '--config', '-T', '--upload-file', '--unix-socket']],
  ['wget', ['-O', '--output-document', '--post-file', '--use-askpass', '--execute', '-e']],
  ['ssh', ['-o', '-F', '-J', '-W']],
  ['rsync', ['-e', '--rsh', '--rsync-path']],
  ['zip', ['-T', '-TT', '--unzip-command']],
  ['docker', ['--privileged', '-v', '--volume', '--mount', '--cap-add', '--pid', '--device', '--security-opt']],
  ...['sh', 'bash', 'zsh', 'dash', 'python', 'python3', 'perl', 'ruby', 'node', 'php', 'deno', 'bun'].map(
    (name): [string, readonly string[]] => [
      name,
      ['-c', '-e', '-r', '-p', '--eval', '--print', '-lc', '-ic', '-m', '--require', '--import'],
    ],
  ),
])

/**
 * A command line or an argument list, to be run without a shell. A line may have quotes, but nothing a shell would act on:
 * `; & | < > $ \` ( ) { }`, line breaks, a leading assignment. The program must be listed.
 */
export function commandArg(options: CommandArgOptions): ArgumentCheck {
  const allowed = new Set(options.allow)
  const denied = new Map(Object.entries(options.denyFlags ?? {}))
  return {
    kind: 'command',
    whole: true,
    check(value) {
      const words = Array.isArray(value) ? value : typeof value === 'string' ? shellWords(value) : undefined
      if (words === undefined || words.length === 0 || words.some((word) => typeof word !== 'string' || word.includes('\0'))) {
        return typeof value === 'string' && !hasControl(value) ? shell : malformed
      }
      const [name, ...rest] = words as readonly string[]
      if (name === undefined || !allowed.has(name)) return program
      const flags = [...(runsOthers.get(name) ?? []), ...(denied.get(name) ?? [])]
      return rest.some((word) => flags.some((one) => isFlag(word, one))) ? flag : undefined
    },
  }
}

function isFlag(word: string, denied: string): boolean {
  if (word === denied || word.startsWith(`${denied}=`)) return true
  // `-cfoo` is `-c foo`, and `-lc` hides `-c`.
  return /^-[A-Za-z]$/.test(denied) && /^-[A-Za-z]/.test(word) && word.slice(1).includes(denied[1] as string)
}

/** Words of a line a shell would only split, never act on. Undefined when it would do more. */
function shellWords(line: string): string[] | undefined {
  if (hasControl(line.replaceAll('\t', ' ')) || line.length > 10_000) return undefined
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string
    if (char === "'" || char === '"') {
      const end = line.indexOf(char, i + 1)
      if (end === -1) return undefined
      const inner = line.slice(i + 1, end)
      if (char === '"' && /[$`\\!]/.test(inner)) return undefined
      word = (word ?? '') + inner
      i = end
    } else if (char === ' ' || char === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (';&|<>$`(){}\\!#\n'.includes(char)) return undefined
    else word = (word ?? '') + char
  }
  if (word !== undefined) words.push(word)
  return words
}
