import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import type { PinSource } from '../../../src/definitions/pins.ts'

/**
 * A lock of tool definitions in a file: `definitions: { pins: filePins('mcp-tools.lock.json') }`.
 *
 * A file that is missing means that nothing is pinned yet; one that cannot be read approves nothing. Writes replace the whole file at
 * once; of several processes on one machine only one writes at a time.
 *
 * @param options.readOnly Never write: pins come from `safe-mcp pin` and review alone.
 */
export function filePins(path: string, options: { readonly readOnly?: boolean | undefined } = {}): PinSource {
  const read = async (): Promise<string | undefined> => {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  if (options.readOnly === true) return { read }
  return {
    read,
    async write(expected, text) {
      const guard = await open(`${path}.writing`, 'wx').catch(() => undefined)
      if (guard === undefined) {
        await removeStale(`${path}.writing`)
        return false
      }
      try {
        if ((await read()) !== expected) return false
        await writeFile(`${path}.next`, text, { mode: 0o644 })
        await rename(`${path}.next`, path)
        return true
      } finally {
        await guard.close()
        await rm(`${path}.writing`, { force: true })
      }
    },
  }
}

/** A writer that crashed must not block all others for ever; a write takes milliseconds. */
async function removeStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && Date.now() - found.mtimeMs > 10_000) await rm(path, { force: true })
}
