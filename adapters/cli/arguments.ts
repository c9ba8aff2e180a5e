import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given; allowPositionals: true }>>

/** `parseArgs` of node:util, with its complaints as usage errors. */
export function readArguments<const Given extends Options>(
  args: readonly string[],
  { options }: { readonly options: Given },
): Parsed<Given> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Parsed<Given>
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** One of several words. */
export function oneOf<Word extends string>(name: string, value: string | undefined, words: readonly Word[]): Word | undefined {
  if (value === undefined || (words as readonly string[]).includes(value)) return value as Word | undefined
  throw new UsageError(`--${name} must be one of: ${words.join(', ')}.`)
}

/** A whole number within bounds. */
export function wholeNumber(name: string, value: string | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}.`)
}

/** Request headers given as `Name: value`. */
export function headersOf(given: readonly string[] | undefined): Headers {
  const headers = new Headers()
  for (const line of given ?? []) {
    const colon = line.indexOf(':')
    // What follows the name may be a credential and is not repeated.
    if (colon < 1) throw new UsageError("--header must read 'Name: value'.")
    try {
      headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
    } catch {
      throw new UsageError('--header has a name or a value that HTTP does not allow.')
    }
  }
  return headers
}

/** An http or https URL. */
export function urlOf(name: string, value: string | undefined): URL {
  const url = value !== undefined && URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new UsageError(`${name} must be an http or https URL.`)
  if (url.username !== '' || url.password !== '') throw new UsageError(`${name} must not hold a password; use --header.`)
  return url
}
