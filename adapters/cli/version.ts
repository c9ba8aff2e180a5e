import { existsSync, readFileSync } from 'node:fs'

/** The version of this package: its manifest stands two folders up from the sources, three from what is compiled. */
export function packageVersion(): string {
  const file = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url))
  return file === undefined ? 'unknown' : String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version)
}
