import { nearest } from '../lib/suggest.ts'
import { SafeMcpConfigError } from './config-error.ts'

/** Refuses options that are not an object, or that hold a key nobody reads. A misspelt option must not be a silent default. */
export function checkKeys(options: unknown, known: readonly string[], path: string): asserts options is Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must be an object.' })
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const close = nearest(key, known)
    throw new SafeMcpConfigError({
      code: 'unknown_option',
      path: path === '' ? key : `${path}.${key}`,
      message: 'is not an option.',
      suggestion: close === undefined ? `Known: ${known.join(', ')}.` : `Did you mean \`${close}\`?`,
    })
  }
}

/** A whole number in `[min, max]`, or the default when absent. */
export function checkInteger(value: unknown, path: string, fallback: number, min = 1, max = Number.MAX_SAFE_INTEGER): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw new SafeMcpConfigError({ code: 'invalid_option', path, message: `must be a whole number from ${min} to ${max}.` })
}

/** One of a few words, or the default when absent. */
export function checkOneOf<T extends string>(value: unknown, words: readonly T[], path: string, fallback: T): T {
  if (value === undefined) return fallback
  if (typeof value === 'string' && (words as readonly string[]).includes(value)) return value as T
  const close = typeof value === 'string' ? nearest(value, words) : undefined
  throw new SafeMcpConfigError({
    code: 'invalid_option',
    path,
    message: `must be one of ${words.map((word) => `'${word}'`).join(', ')}.`,
    suggestion: close === undefined ? undefined : `Did you mean '${close}'?`,
  })
}

/** A list of non-empty strings, or undefined when absent. */
export function checkStrings(value: unknown, path: string): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must be a list of strings.' })
  for (const [i, entry] of value.entries()) {
    if (typeof entry === 'string' && entry !== '') continue
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `${path}[${i}]`, message: 'must be a string that is not empty.' })
  }
  return value
}
