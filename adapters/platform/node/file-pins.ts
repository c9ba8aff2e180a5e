import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
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
      if (guard === undefined) return false
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
