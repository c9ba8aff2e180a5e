import { HeaderView } from '../core/http.ts'
import type { Message } from '../core/message.ts'
import { plainMessage, toolCall, toolResult } from './context.ts'

/** Values that break code which trusts shapes: empty, deep, wide, prototype keys, wrong types, odd text. */
export function hostileValues(): unknown[] {
  let deep: unknown = 'end'
  for (let i = 0; i < 200; i++) deep = { a: [deep] }
  return [
    null,
    0,
    -0,
    1e308,
    true,
    '',
    '\u0000\u001b[31m\r\n\u2028\u202e',
    '\ud800',
    'x'.repeat(100_000),
    [],
    {},
    [[[]]],
    deep,
    Array.from({ length: 5000 }, (_, i) => i),
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"then":1}'),
    { params: null, result: null, method: 7, name: [], arguments: 'text' },
  ]
}

/** Messages of every kind around such values. */
export function hostileMessages(): Message[] {
  const messages: Message[] = []
  for (const value of hostileValues()) {
    messages.push(plainMessage(value), plainMessage(value, 'outward'), toolCall('t', value))
    messages.push({ ...toolCall('t'), value, text: JSON.stringify(value) }, { ...toolResult('t', 'x'), value, text: JSON.stringify(value) })
  }
  for (const name of ['', '__proto__', 'constructor', 'a\nb', '\u202e', 'x'.repeat(10_000)]) messages.push(toolCall(name))
  return messages
}

/** Headers nobody sends in good faith. */
export const hostileHeaders = new HeaderView([
  ['__proto__', 'x'],
  ['authorization', 'Bearer a'],
  ['Authorization', 'Bearer b'],
  ['traceparent', '00-zz'],
  ['x-forwarded-for', ', ,;;,"'],
  ['mcp-session-id', '\u00ff'.repeat(5000)],
])
