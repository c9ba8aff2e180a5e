import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SafeMcpOptions } from '../../src/options.ts'
import { CannotRun, reasonOf } from './command.ts'
import type { Io } from './io.ts'

export const configName = 'safe-mcp.config.mjs'

export interface Config {
  /** As it was named; undefined where there is no file and the defaults hold. */
  readonly path: string | undefined
  readonly options: SafeMcpOptions
}

/**
 * Loads a configuration: a module whose default export is options, or a function from the environment to options. Without a name,
 * `safe-mcp.config.mjs` of the working folder if there is one.
 *
 * @throws CannotRun when it is not there, throws, or exports something else.
 */
export async function loadConfig(name: string | undefined, io: Pick<Io, 'cwd' | 'env'>): Promise<Config> {
  const file = resolve(io.cwd, name ?? configName)
  if (!existsSync(file)) {
    if (name === undefined) return { path: undefined, options: {} }
    throw new CannotRun(`${name} is not there.`)
  }
  const shown = name ?? configName
  const options = await evaluate(file, shown, io.env)
  if (typeof options !== 'object' || options === null || 'open' in options) {
    throw new CannotRun(`${shown} must export options by default, or a function that returns options.`)
  }
  return { path: shown, options }
}

async function evaluate(file: string, shown: string, env: Io['env']): Promise<unknown> {
  const { href } = pathToFileURL(file)
  try {
    const { default: exported } = (await import(href)) as { default?: unknown }
    return typeof exported === 'function' ? await exported(env) : exported
  } catch (error) {
    throw new CannotRun(`${shown}${lineIn([href, file], error)}: ${reasonOf(error)}`)
  }
}

/** `:8` where the stack says that line 8 of the file threw: messages like `"undefined" is not valid JSON` alone help nobody. */
function lineIn(names: readonly string[], error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const name of names) {
    const at = stack.indexOf(`${name}:`)
    const line = Number.parseInt(stack.slice(at + name.length + 1), 10)
    if (at >= 0 && !Number.isNaN(line)) return `:${line}`
  }
  return ''
}
