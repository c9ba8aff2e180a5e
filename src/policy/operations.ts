import type { Message } from '../core/message.ts'
import { isObject, own } from '../lib/json-object.ts'
import type { ResourceType } from './pdp.ts'

/** One thing a message asks to do. */
export interface Operation {
  /** The MCP method. */
  readonly action: string
  readonly type: ResourceType
  /** Name or URI, as the body spells it. Undefined when the body does not name one as it should. */
  readonly id: string | undefined
  /** Arguments of the call; undefined where the method has none (subscribing, completing). */
  readonly args: Readonly<Record<string, unknown>> | undefined
  /** JSON pointer of the arguments. */
  readonly pointer: string
}

/**
 * What an inbound message asks to do, from its body alone: headers that mirror the body never decide. Notifications count like
 * requests, because some servers run a `tools/call` without an id.
 */
export function operationsOf(message: Message): readonly Operation[] {
  const method = own(message.value, 'method')
  const params = own(message.value, 'params')
  switch (method) {
    case 'tools/call':
      return [named(method, 'tool', own(params, 'name'), argumentsOf(params))]
    case 'prompts/get':
      return [named(method, 'prompt', own(params, 'name'), argumentsOf(params))]
    case 'resources/read':
      return [named(method, 'resource', own(params, 'uri'), {})]
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      // Gone since 2026-07-28, where a server answers 404 and a client takes that for what it is: asking for nothing is not refused.
      return namesNothing(params) ? [] : [named(method, 'resource', own(params, 'uri'), undefined)]
    case 'completion/complete': {
      const ref = own(params, 'ref')
      return [own(ref, 'type') === 'ref/prompt' ? named(method, 'prompt', own(ref, 'name')) : named(method, 'resource', own(ref, 'uri'))]
    }
    case 'subscriptions/listen': {
      const uris = own(own(params, 'notifications'), 'resourceSubscriptions')
      return Array.isArray(uris) ? uris.map((uri) => named(method, 'resource', uri)) : []
    }
    default:
      return []
  }
}

/** An approval that came with a call: `params._meta["safe-mcp/approval"]`. */
export function approvalOf(message: Message): string | undefined {
  const token = own(own(own(message.value, 'params'), '_meta'), 'safe-mcp/approval')
  return typeof token === 'string' ? token : undefined
}

/** Not even under another spelling, which a careless reader of members might take for the name. */
function namesNothing(params: unknown): boolean {
  return params === undefined || (isObject(params) && Object.keys(params).every((key) => key === '_meta'))
}

function named(action: string, type: ResourceType, id: unknown, args?: Operation['args'] | 'malformed'): Operation {
  const usable = typeof id === 'string' && id !== '' && args !== 'malformed'
  return { action, type, id: usable ? id : undefined, args: usable ? args : undefined, pointer: '/params/arguments' }
}

function argumentsOf(params: unknown): Operation['args'] | 'malformed' {
  const args = own(params, 'arguments')
  if (args === undefined || args === null) return {}
  return isObject(args) ? args : 'malformed'
}
