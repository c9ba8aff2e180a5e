import { isObject, type JsonObject, own } from '../lib/json-object.ts'
import { isKnownMethod, isMcpMethod, twinOfMethod } from './routes.ts'
import { twinOf } from './twins.ts'

/** A JSON-RPC id we can echo exactly: a string, or an integer that survives parsing. */
export type RpcId = string | number

/** Why something that claims to be JSON-RPC 2.0 is not taken for it. */
export type RpcFault =
  | 'not_json_rpc' // an entry of a batch that is no message at all
  | 'version' // a method of MCP without `jsonrpc: "2.0"`: a lenient server runs it all the same
  | 'member_twin' // `Method`, `PARAMS`, `Name` in params: some parsers read it as the real member, some do not
  | 'id' // null, fractional, unsafe, too long or of another type
  | 'method' // not a string, not printable ASCII, or a known method in other letter case
  | 'params' // not an object
  | 'shape' // response members beside a method, both result and error, or neither

export interface RpcRequest {
  readonly kind: 'request'
  readonly id: RpcId
  readonly method: string
  readonly params: JsonObject | undefined
  readonly value: JsonObject
}

export interface RpcNotification {
  readonly kind: 'notification'
  readonly method: string
  readonly params: JsonObject | undefined
  readonly value: JsonObject
}

export interface RpcResponse {
  readonly kind: 'response'
  /** Undefined only on errors that could not name their request. */
  readonly id: RpcId | undefined
  readonly outcome: 'result' | 'error'
  readonly value: JsonObject
}

export interface RpcBatch {
  readonly kind: 'batch'
  /** One for each element, in order, at least one. Never a batch itself. */
  readonly entries: readonly RpcEntry[]
  readonly value: readonly unknown[]
}

export interface RpcInvalid {
  readonly kind: 'invalid'
  readonly fault: RpcFault
  /** To echo in the refusal, when it could be read. */
  readonly id?: RpcId | undefined
  /** What the sender may have meant as the method, for routing only. */
  readonly method?: string | undefined
}

export type RpcEntry = RpcRequest | RpcNotification | RpcResponse | RpcInvalid
export type Classified = RpcEntry | RpcBatch | { readonly kind: 'not-json-rpc' }

const maxIdLength = 1024
const maxMethodLength = 256
const notJsonRpc: Classified = { kind: 'not-json-rpc' }

/**
 * Says what a parsed body is. Total: it gives an answer for every value and never throws.
 *
 * Only what is unambiguous comes back as a message. An object without `jsonrpc: "2.0"` is `not-json-rpc`, unless it comes near: a twin of
 * that member, or a method of MCP. So is an array none of whose elements, at any depth, is a message, the empty one included.
 */
export function classify(value: unknown): Classified {
  if (!Array.isArray(value)) return classifyEntry(value) ?? notJsonRpc
  let found = false
  const entries: RpcEntry[] = []
  for (const element of value) {
    const entry = classifyEntry(element)
    const hidden = entry === undefined && Array.isArray(element) ? hiddenMethod(element) : undefined
    if (entry !== undefined || hidden !== undefined) found = true
    entries.push(entry ?? { kind: 'invalid', fault: 'not_json_rpc', method: hidden })
  }
  return found ? { kind: 'batch', entries, value } : notJsonRpc
}

/** Undefined when the value does not even claim to be JSON-RPC 2.0. */
function classifyEntry(value: unknown): RpcEntry | undefined {
  if (!isObject(value)) return undefined
  const twin = twinOf(value, 'message')
  const claims = own(value, 'jsonrpc') === '2.0' || (twin?.member === 'jsonrpc' && value[twin.key] === '2.0')
  const id = readId(own(value, 'id'))
  const method = own(value, 'method') ?? (twin?.member === 'method' ? value[twin.key] : undefined)
  const invalid = (fault: RpcFault): RpcInvalid => ({ kind: 'invalid', fault, id, method: meantMethod(method) })
  if (!claims) return imitatesMcp(value, meantMethod(method)) ? invalid('version') : undefined
  if (twin !== undefined) return invalid('member_twin')
  const hasResult = Object.hasOwn(value, 'result')
  const hasError = Object.hasOwn(value, 'error')
  if (!Object.hasOwn(value, 'method')) {
    if (hasResult === hasError) return invalid('shape')
    const anonymous = !Object.hasOwn(value, 'id') || value['id'] === null
    if (id === undefined && (hasResult || !anonymous)) return invalid('id')
    return { kind: 'response', id, outcome: hasResult ? 'result' : 'error', value }
  }
  if (typeof method !== 'string' || !isMethodName(method) || twinOfMethod(method) !== undefined) return invalid('method')
  if (hasResult || hasError) return invalid('shape')
  const params = own(value, 'params')
  if (Object.hasOwn(value, 'params') && !isObject(params)) return invalid('params')
  if (params !== undefined && isKnownMethod(method) && twinOf(params as JsonObject, 'params') !== undefined) return invalid('member_twin')
  const rest = { method, params: params as JsonObject | undefined, value }
  if (!Object.hasOwn(value, 'id')) return { kind: 'notification', ...rest }
  return id === undefined ? invalid('id') : { kind: 'request', id, ...rest }
}

/** `["tools/call"]` is `tools/call` to whoever looks it up in an object. */
function meantMethod(method: unknown): string | undefined {
  let meant = method
  while (Array.isArray(meant) && meant.length === 1) meant = meant[0]
  return typeof meant === 'string' ? meant : undefined
}

/** True for a call that only lacks the right `jsonrpc`. Without that member, plain words (`ping`) are no sign of MCP: a slash is needed. */
function imitatesMcp(value: JsonObject, method: string | undefined): boolean {
  if (method === undefined || !(isMcpMethod(method) || twinOfMethod(method) !== undefined)) return false
  return method.includes('/') || Object.hasOwn(value, 'jsonrpc')
}

/** The method of a message inside a batch inside a batch. Depth is bounded by whoever read the JSON. */
function hiddenMethod(batch: readonly unknown[]): string | undefined {
  for (const element of batch) {
    const entry = Array.isArray(element) ? undefined : classifyEntry(element)
    const method = Array.isArray(element) ? hiddenMethod(element) : entry !== undefined && 'method' in entry ? entry.method : undefined
    if (method !== undefined) return method
  }
  return undefined
}

/** The id when it can be echoed so that the sender recognises it; undefined otherwise. */
export function readId(id: unknown): RpcId | undefined {
  if (typeof id === 'string') return id.length <= maxIdLength ? id : undefined
  return typeof id === 'number' && Number.isSafeInteger(id) && !Object.is(id, -0) ? id : undefined
}

/** Printable ASCII without spaces. Full-width, zero-width, NUL and padded variants of a method are not that method. */
function isMethodName(method: string): boolean {
  if (method.length === 0 || method.length > maxMethodLength) return false
  for (let i = 0; i < method.length; i++) {
    const code = method.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f) return false
  }
  return true
}

/** A JSON-RPC error. Without an id the member is left out: no MCP schema knows `id: null`. */
export function errorMessage(id: RpcId | undefined, code: number, message: string, data?: unknown): JsonObject {
  const error = data === undefined ? { code, message } : { code, message, data }
  return id === undefined ? { jsonrpc: '2.0', error } : { jsonrpc: '2.0', id, error }
}

/** A JSON-RPC result. */
export function resultMessage(id: RpcId, result: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id, result }
}
