import type { Clock } from '../../../src/core/clock.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Principal } from '../../../src/core/principal.ts'
import { type GuardTestContext, testContext as systemContext } from '../../../src/testing/index.ts'

export { toolCall } from '../../../src/testing/index.ts'

/** A clock that moves when told. */
export class ManualClock implements Clock {
  time: number
  constructor(time = Date.UTC(2026, 0, 1)) {
    this.time = time
  }
  now(): number {
    return this.time
  }
  advance(ms: number): void {
    this.time += ms
  }
}

/** A context whose time stands still. */
export function testContext(more: Parameters<typeof systemContext>[0] = {}): GuardTestContext {
  return systemContext({ clock: new ManualClock(), ...more })
}

export function reply(id: string | number, result: unknown = {}): Message {
  const value = { jsonrpc: '2.0', id, result }
  return { kind: 'response', direction: 'outward', id, mediaType: 'application/json', text: JSON.stringify(value), value }
}

export function principal(id: string, more: Partial<Principal> = {}): Principal {
  return { id, kind: 'user', provider: 'jwt', subject: id, scopes: [], attributes: {}, chain: [], assurance: 'bearer', ...more }
}
