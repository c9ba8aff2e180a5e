#!/usr/bin/env node
import { runCli } from './cli.ts'
import { lineOf } from './io.ts'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
// A reader that has seen enough (`| head`) closes the pipe; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdinIsTerminal: process.stdin.isTTY === true,
  cwd: process.cwd(),
  env: process.env,
  signal: interrupted.signal,
  out: (line) => void process.stdout.write(lineOf(line)),
  err: (line) => void process.stderr.write(lineOf(line)),
})
