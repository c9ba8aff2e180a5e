import { nearest } from '../../src/lib/suggest.ts'
import { auditCommand } from './audit.ts'
import { CannotRun, type Command, type ExitCode, exitCodes, reasonOf, UsageError } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { columns, type Io } from './io.ts'
import { pinCommand } from './pin.ts'
import { policyCommand } from './policy.ts'
import { proxyCommand } from './proxy.ts'
import { scanCommand } from './scan.ts'
import { packageVersion } from './version.ts'

const commands: readonly Command[] = [scanCommand, pinCommand, policyCommand, auditCommand, proxyCommand, doctorCommand]

/** Runs one command line, without the program's own name. Never throws: what goes wrong is told and becomes an exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === '--version' || name === '-v') {
    io.out(packageVersion())
    return exitCodes.ok
  }
  const help = name === 'help' ? rest[0] : name === undefined || name === '--help' || name === '-h' ? '' : undefined
  if (help === '' || (name === 'help' && help === undefined)) return tell(io, overview())
  const wanted = help ?? name
  const command = commands.find((one) => one.name === wanted)
  if (command === undefined) {
    const close = nearest(
      wanted ?? '',
      commands.map((one) => one.name),
    )
    io.err(`There is no command '${wanted}'.${close === undefined ? '' : ` Did you mean '${close}'?`} See safe-mcp --help.`)
    return exitCodes.usage
  }
  if (help !== undefined || asksForHelp(rest)) return tell(io, command.help)
  try {
    return await command.run(rest, io)
  } catch (error) {
    return fail(command, error, io)
  }
}

function fail(command: Command, error: unknown, io: Io): ExitCode {
  if (error instanceof UsageError) {
    io.err(`safe-mcp ${command.name}: ${error.message}`)
    io.err(`See safe-mcp ${command.name} --help.`)
    return exitCodes.usage
  }
  // Faults of our own keep their stack: somebody will have to report them.
  const expected = error instanceof CannotRun || (error as Error | undefined)?.name === 'SafeMcpConfigError'
  const lines = expected || !(error instanceof Error) ? [reasonOf(error)] : (error.stack ?? error.message).split('\n')
  for (const [i, line] of lines.entries()) io.err(i === 0 ? `safe-mcp ${command.name}: ${line}` : line)
  return exitCodes.cannotRun
}

/** Up to `--`, behind which everything is text. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')
}

function tell(io: Io, text: string): ExitCode {
  for (const line of text.trim().split('\n')) io.out(line)
  return exitCodes.ok
}

function overview(): string {
  return `
safe-mcp: security for MCP servers and LLM-agent endpoints

Usage: safe-mcp <command> [options]

${columns(commands.map((command) => [command.name, command.summary])).join('\n')}

  safe-mcp <command> --help   what it does, its options, examples
  safe-mcp --version

Exit codes: 0 all is well; 1 something was found, or a check failed;
2 the command line makes no sense; 3 it could not run (no such file, no answer).
Reports go to stdout, progress and complaints to stderr.
`
}
