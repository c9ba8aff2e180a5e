import type { Message } from '../../../src/core/message.ts'

/** A message as the exchange would hand it to a guard. */
export function message(value: unknown, direction: Message['direction'] = 'inward'): Message {
  const members = (typeof value === 'object' && value !== null ? value : {}) as { id?: string | number; method?: string; jsonrpc?: string }
  const kind =
    members.jsonrpc === undefined
      ? 'plain'
      : members.method === undefined
        ? 'response'
        : members.id === undefined
          ? 'notification'
          : 'request'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { kind, direction, id: members.id, method: members.method, mediaType: 'application/json', text, value }
}

export const request = (method: string, params?: unknown) => message({ jsonrpc: '2.0', id: 1, method, params })
export const reply = (result: unknown) => message({ jsonrpc: '2.0', id: 1, result }, 'outward')
