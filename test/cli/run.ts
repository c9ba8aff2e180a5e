import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { runCli } from '../../adapters/cli/cli.ts'
import { lineOf } from '../../adapters/cli/io.ts'

export interface Ran {
  readonly code: number
  /** As the process would write it. */
  readonly out: string
  readonly err: string
}

const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A file in the folder commands run in. */
export function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Runs a command line as `main.ts` does, in a folder of its own. */
export async function run(args: readonly string[], more: { stdin?: string; signal?: AbortSignal; cwd?: string } = {}): Promise<Ran> {
  let out = ''
  let err = ''
  async function* stdin() {
    if (more.stdin !== undefined) yield Buffer.from(more.stdin)
  }
  const code = await runCli(args, {
    stdin: stdin(),
    stdinIsTerminal: more.stdin === undefined,
    cwd: more.cwd ?? folder,
    env: {},
    signal: more.signal ?? new AbortController().signal,
    out: (line) => {
      out += lineOf(line)
    },
    err: (line) => {
      err += lineOf(line)
    },
  })
  return { code, out, err }
}
