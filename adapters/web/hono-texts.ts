import type { Context } from 'hono'
import { noteText } from './lightweight.ts'

type Json = (value: unknown, arg?: unknown, headers?: Readonly<Record<string, unknown>>) => Response
type Make = (data: unknown, arg?: unknown, headers?: Readonly<Record<string, unknown>>) => Response

/** The methods of a context that make responses of texts. */
interface Maker {
  json: Json
  text: Make
  body: Make
}

/**
 * Notes the texts of which the responses of this context are made. Where responses are the platform's own, to read one and make another is
 * most of what guarding costs; one whose text is known is looked at and sent as it is.
 *
 * `c.json` alone must be told what it makes: nobody but itself sees its text. Where it is not the one of Hono that we know, it stays.
 */
export function noteTexts(context: Context): void {
  const maker = context as unknown as Maker
  const { text, body } = maker
  maker.text = (data, arg, headers) => noted(text(data, arg, headers), data)
  maker.body = (data, arg, headers) => noted(body(data, arg, headers), data)
  if (sourceOf(maker.json) !== knownJson(context)) return
  maker.json = (value, arg, headers) => {
    const data = JSON.stringify(value)
    return noted(body(data, arg, { 'Content-Type': 'application/json', ...headers }), data)
  }
}

function noted(response: Response, data: unknown): Response {
  if (typeof data === 'string') noteText(response, data)
  return response
}

let kind: unknown
let known: string | undefined

/** The source of the `json` that contexts of this class are born with, where it does what ours does; undefined otherwise. */
function knownJson(context: Context): string | undefined {
  if (context.constructor !== kind) {
    kind = context.constructor
    known = probe(context)
  }
  return known
}

function probe(context: Context): string | undefined {
  try {
    const Kind = context.constructor as new (request: Request) => unknown
    const [own, ours] = [new Kind(context.req.raw) as Maker, new Kind(context.req.raw) as Maker]
    const source = sourceOf(own.json)
    const made = own.json({}, 201, { 'x-a': 'b' })
    const same = ours.body('{}', 201, { 'Content-Type': 'application/json', 'x-a': 'b' })
    const alike = made.status === same.status && headersOf(made) === headersOf(same)
    return alike && source.includes('JSON.stringify(') ? source : undefined
  } catch {
    return undefined
  }
}

const headersOf = (response: Response): string => JSON.stringify([...response.headers])
const sourceOf = (made: Json): string => Function.prototype.toString.call(made)
