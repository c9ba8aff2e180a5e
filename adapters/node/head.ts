import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { HeaderPairs, ResponseHead } from '../../src/core/http.ts'

/** Arguments of `res.writeHead` in any of its forms. */
export type HeadArguments = [status: number, reason?: unknown, headers?: unknown]

type Fields = Map<string, { readonly name: string; readonly value: OutgoingHttpHeader }>

/** Headers given to `writeHead`: an object, a flat list or a list of pairs. */
function givenHeaders(args: HeadArguments): [name: string, value: OutgoingHttpHeader][] {
  const given = typeof args[1] === 'string' ? args[2] : (args[1] ?? args[2])
  if (typeof given !== 'object' || given === null) return []
  if (!Array.isArray(given)) return Object.entries(given as OutgoingHttpHeaders).filter(isSet)
  if (Array.isArray(given[0])) return given as [string, OutgoingHttpHeader][]
  const pairs: [string, OutgoingHttpHeader][] = []
  for (let i = 0; i + 1 < given.length; i += 2) pairs.push([String(given[i]), given[i + 1]])
  return pairs
}

function isSet(entry: [string, OutgoingHttpHeader | undefined]): entry is [string, OutgoingHttpHeader] {
  return entry[1] !== undefined
}

/** One field per name; a name that is given twice keeps both values. */
function givenFields(args: HeadArguments): Fields {
  const fields: Fields = new Map()
  for (const [name, value] of givenHeaders(args)) {
    const key = name.toLowerCase()
    const before = fields.get(key)
    fields.set(key, { name, value: before === undefined ? value : [before.value, value].flat().map(String) })
  }
  return fields
}

/** The head as it would go out now: what was set before, overlaid by what `writeHead` is given. */
export function readHead(res: ServerResponse, args?: HeadArguments): ResponseHead {
  const headers: [string, string][] = []
  const given = args === undefined ? undefined : givenFields(args)
  for (const name of rawNames(res)) {
    if (given?.has(name.toLowerCase())) continue
    addPairs(headers, name, res.getHeader(name))
  }
  if (given !== undefined) for (const { name, value } of given.values()) addPairs(headers, name, value)
  return { status: args === undefined ? res.statusCode : Number(args[0]), headers }
}

/** Fields as pairs, in the lower-case names Node keeps them under. */
export function toPairs(fields: OutgoingHttpHeaders): HeaderPairs {
  const pairs: [string, string][] = []
  for (const name of Object.keys(fields)) addPairs(pairs, name, fields[name])
  return pairs
}

function rawNames(res: ServerResponse): string[] {
  // HTTP/2 responses have no raw names.
  const { getRawHeaderNames } = res as { getRawHeaderNames?: () => string[] }
  return getRawHeaderNames === undefined ? res.getHeaderNames() : getRawHeaderNames.call(res)
}

function addPairs(pairs: [string, string][], name: string, value: OutgoingHttpHeader | undefined): void {
  if (Array.isArray(value)) for (const item of value) pairs.push([name, String(item)])
  else if (value !== undefined) pairs.push([name, String(value)])
}

/** Moves what `writeHead` was given onto the response, where it can still be changed. */
export function settleArguments(res: ServerResponse, args: HeadArguments): void {
  res.statusCode = Number(args[0])
  if (typeof args[1] === 'string') res.statusMessage = args[1]
  for (const { name, value } of givenFields(args).values()) res.setHeader(name, value)
}

/** Makes the response carry exactly this head. Fields that are the same already are not touched. */
export function applyHead(res: ServerResponse, head: ResponseHead): void {
  const fields = new Map<string, { name: string; values: string[] }>()
  for (const [name, value] of head.headers) {
    const field = fields.get(name.toLowerCase())
    if (field === undefined) fields.set(name.toLowerCase(), { name, values: [value] })
    else field.values.push(value)
  }
  for (const name of res.getHeaderNames()) if (!fields.has(name)) res.removeHeader(name)
  for (const [key, { name, values }] of fields) {
    const now = res.getHeader(key)
    if (values.length === 1 ? now !== values[0] : !sameList(now, values))
      res.setHeader(name, values.length === 1 ? (values[0] as string) : values)
  }
  if (res.statusCode === head.status) return
  res.statusCode = head.status
  if (res.req.httpVersionMajor < 2) res.statusMessage = STATUS_CODES[head.status] ?? 'unknown'
}

function sameList(now: unknown, values: readonly string[]): boolean {
  return Array.isArray(now) && now.length === values.length && now.every((item, i) => item === values[i])
}

/** True for responses that carry no body whatever their handler writes. */
export function isBodiless(res: ServerResponse): boolean {
  return res.req.method === 'HEAD' || res.statusCode === 204 || res.statusCode === 304 || res.statusCode < 200
}

/** Whether two heads would be the same on the wire. */
export function sameHead(a: ResponseHead, b: ResponseHead): boolean {
  return a.status === b.status && samePairs(a.headers, b.headers)
}

function samePairs(a: HeaderPairs, b: HeaderPairs): boolean {
  return a.length === b.length && a.every(([name, value], i) => name === b[i]?.[0] && value === b[i]?.[1])
}
