import { own } from '../../lib/json-object.ts'
import type { PolicyRequest } from '../pdp.ts'

/** What a condition key stands for in a request. */
export interface Found {
  /** Undefined: the key has no value. */
  readonly value: unknown
  /** True when the value comes from the arguments, which the caller wrote. */
  readonly fromCaller: boolean
  /** True when it depends on arguments that are not known yet. */
  readonly later: boolean
}

export type Lookup = (request: PolicyRequest) => Found

const missing: Found = { value: undefined, fromCaller: false, later: false }

/**
 * Bare keys that say who somebody is. They never fall through to the arguments: a caller without a `department` must not get
 * one by sending `{"department": "Finance"}`.
 */
const identityKeys = new Set([
  'department',
  'trust_domain',
  'identity',
  'identity_type',
  'role',
  'roles',
  'group',
  'groups',
  'scope',
  'scopes',
  'user',
  'user_id',
  'username',
  'email',
  'sub',
  'subject',
  'iss',
  'issuer',
  'client_id',
  'tenant',
  'tenant_id',
  'org',
  'organization',
  'clearance',
  'aztp_id',
  'provider',
  'assurance',
  'kind',
  'pii_access',
  'full_pii_access',
])

const requestKeys: ReadonlyMap<string, (request: PolicyRequest) => unknown> = new Map<string, (request: PolicyRequest) => unknown>([
  ['request.ip', ({ context }) => context.ip],
  ['request.time', ({ context }) => context.time],
  ['request.id', ({ context }) => context.exchange],
  ['tool.name', ({ resource }) => resource.id],
  ['tool.type', ({ resource }) => resource.type],
  ['tool.action', ({ action }) => action.name],
  ['principal.id', ({ subject }) => (subject.type === 'anonymous' ? undefined : subject.id)],
  ['principal.type', ({ subject }) => subject.type],
  ['identity', ({ subject }) => (subject.type === 'anonymous' ? undefined : subject.id)],
])

/**
 * Compiles a condition key: `principal.*`, `args.*`, `request.{ip,time,id}`, `tool.{name,type,action}`, or a bare name, which is
 * looked up in the principal's attributes and then, unless it says who somebody is, in the arguments and the context. Undefined for unknown keys.
 */
export function compileKey(key: string): Lookup | undefined {
  const fact = requestKeys.get(key)
  if (fact !== undefined) return (request) => ({ ...missing, value: fact(request) })
  const path = key.split('.')
  if (path.some((part) => part === '')) return undefined
  const rest = path.slice(1)
  if (path.length > 1 && path[0] === 'principal') return (request) => ({ ...missing, value: dig(request.subject.properties, rest) })
  if (path.length > 1 && path[0] === 'args') return (request) => fromArguments(request, rest)
  if (path.length > 1) return undefined
  return (request) => {
    const value = dig(request.subject.properties, path)
    if (value !== undefined || identityKeys.has(key)) return { ...missing, value }
    const found = fromArguments(request, path)
    const fact = own(request.context, key)
    return found.value === undefined && fact !== undefined ? { ...missing, value: fact } : found
  }
}

function fromArguments({ context }: PolicyRequest, path: readonly string[]): Found {
  const args = context.arguments
  return { value: args === undefined ? undefined : dig(args, path), fromCaller: true, later: args === undefined }
}

/** Own members only; `null` counts as missing. */
function dig(root: unknown, path: readonly string[]): unknown {
  let value = root
  for (const key of path) value = own(value, key)
  return value ?? undefined
}
