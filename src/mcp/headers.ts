import type { HeaderView } from '../core/http.ts'
import { isObject, own } from '../lib/json-object.ts'
import { type HeaderParam, paramPrefix } from './header-params.ts'
import { decodeHeaderValue, encodeHeaderValue, headerText, trimSpace } from './header-value.ts'
import type { RpcNotification, RpcRequest } from './json-rpc.ts'
import { claimedVersion } from './revisions.ts'

export { type HeaderParam, readHeaderParams } from './header-params.ts'
export { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'

/** Which member of `params` the `Mcp-Name` header mirrors. */
const nameSources: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])

export type HeaderCheck = { readonly ok: true } | { readonly ok: false; readonly code: 'header_mismatch'; readonly reason: string }

/** What is compared of a request or notification. */
export type MirroredMessage = Pick<RpcRequest | RpcNotification, 'kind' | 'method' | 'params'>

const agreed: HeaderCheck = { ok: true }

function mismatch(reason: string): HeaderCheck {
  return { ok: false, code: 'header_mismatch', reason }
}

/**
 * Compares the mirrored headers of a modern message with its body: whoever routes or polices by header must see what we judge.
 *
 * Requests must carry `Mcp-Method`, and `Mcp-Name` where the body has the value it mirrors; notifications may. `Mcp-Param-*`
 * headers are compared for the arguments that `params` names (learnt from the tool's schema); unknown ones are ignored, as the
 * specification demands. Legacy messages have no such headers: anything goes. The version header is `readProtocol`'s matter.
 */
export function checkHeaders(message: MirroredMessage, headers: HeaderView, params: readonly HeaderParam[] = []): HeaderCheck {
  if (claimedVersion(message.params) === undefined) return agreed
  const required = message.kind === 'request'
  const method = headers.single('mcp-method')
  if (method === 'conflict') return mismatch('Mcp-Method appears more than once')
  if (method === undefined ? required : trimSpace(method.value) !== message.method)
    return mismatch('Mcp-Method is missing or differs from the body')
  if (!required) return agreed
  const name = checkName(message, headers)
  if (!name.ok || message.method !== 'tools/call') return name
  for (const param of params) {
    const check = checkParam(param, own(message.params, 'arguments'), headers)
    if (!check.ok) return check
  }
  return agreed
}

function checkName(message: MirroredMessage, headers: HeaderView): HeaderCheck {
  const member = nameSources.get(message.method)
  if (member === undefined) return agreed
  const value = own(message.params, member)
  const header = headers.single('mcp-name', 'allowed')
  if (header === 'conflict') return mismatch('Mcp-Name appears more than once')
  if (header === undefined) return typeof value === 'string' ? mismatch('Mcp-Name is missing') : agreed
  const decoded = decodeHeaderValue(header.value)
  if (decoded === undefined) return mismatch('Mcp-Name is not encoded properly')
  return typeof value !== 'string' || decoded === value ? agreed : mismatch('Mcp-Name differs from the body')
}

function checkParam(param: HeaderParam, from: unknown, headers: HeaderView): HeaderCheck {
  const value = valueIn(from, param.path)
  const text = headerText(value)
  if (text === undefined) return agreed
  const header = headers.single(param.header, 'allowed')
  if (header === 'conflict') return mismatch('an Mcp-Param header appears more than once')
  if (header === undefined) return mismatch('an Mcp-Param header is missing')
  const decoded = decodeHeaderValue(header.value)
  if (decoded === undefined) return mismatch('an Mcp-Param header is not encoded properly')
  if (decoded === text) return agreed
  const numeric = (param.type === 'integer' || param.type === 'number') && typeof value === 'number' && isDecimal(decoded)
  return numeric && Number(decoded) === value ? agreed : mismatch('an Mcp-Param header differs from the body')
}

/** A header to set, or with `undefined` to remove. Lower-case names. */
export type HeaderEdit = readonly [name: string, value: string | undefined]

/**
 * Which mirrored headers must change when a message's value was rewritten; without this the server answers -32020.
 *
 * With the tool's annotations (`params`) the arguments are known. Without them, an `Mcp-Param-*` header belongs to the argument
 * whose old value it shows, the one named like the header first. Nothing for legacy messages.
 */
export function mirroredHeaders(
  before: unknown,
  after: unknown,
  headers: HeaderView,
  params?: readonly HeaderParam[],
): readonly HeaderEdit[] {
  const old = own(before, 'params')
  const now = own(after, 'params')
  if (before === after || claimedVersion(isObject(old) ? old : undefined) === undefined) return []
  const edits: HeaderEdit[] = []
  const member = nameSources.get(String(own(after, 'method')))
  if (member !== undefined && own(old, member) !== own(now, member)) edits.push(['mcp-name', encodeHeaderValue(own(now, member))])
  const given = own(old, 'arguments')
  const made = own(now, 'arguments')
  if (given === made) return edits
  if (params !== undefined) {
    for (const { header, path } of params) {
      const value = valueIn(made, path)
      if (valueIn(given, path) !== value) edits.push([header, encodeHeaderValue(value)])
    }
    return edits
  }
  const shown = [...headers.names()].filter((name) => name.startsWith(paramPrefix))
  if (shown.length === 0) return edits
  const leaves = leavesOf(given, made)
  for (const name of shown) {
    const header = headers.single(name, 'allowed')
    const decoded = typeof header === 'object' ? decodeHeaderValue(header.value) : undefined
    const matching = leaves.filter((leaf) => leaf.text === decoded)
    const leaf =
      matching.find(({ key }) => plainName(key) === plainName(name.slice(paramPrefix.length))) ?? matching.find(({ changed }) => changed)
    if (leaf?.changed === true) edits.push([name, encodeHeaderValue(leaf.value)])
  }
  return edits
}

interface Leaf {
  readonly key: string
  /** The old value as a header shows it. */
  readonly text: string
  readonly changed: boolean
  readonly value: unknown
}

/** Primitive values that a chain of members reaches; annotations cannot point into arrays. */
function leavesOf(given: unknown, made: unknown): readonly Leaf[] {
  const leaves: Leaf[] = []
  const open: (readonly [unknown, unknown])[] = [[given, made]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [old, now] = pair
    if (!isObject(old)) continue
    for (const key of Object.keys(old)) {
      const value = own(now, key)
      const text = headerText(old[key])
      if (text === undefined) open.push([old[key], value])
      else leaves.push({ key, text, changed: old[key] !== value, value })
    }
  }
  return leaves
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '').replaceAll('_', '')
}

function valueIn(from: unknown, path: readonly string[]): unknown {
  let node = from
  for (const key of path) node = own(node, key)
  return node
}

/** `42`, `-1`, `42.0`: no exponent, no hexadecimal, no white space. */
function isDecimal(text: string): boolean {
  return text.length <= 64 && /^-?\d+(?:\.\d+)?$/.test(text)
}
