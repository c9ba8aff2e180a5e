import type { EventId, EventStore, JSONRPCMessage, StreamId } from '@modelcontextprotocol/server'

/** Remembers what streams said, so that a client that comes back hears what it missed. One log per session. */
export class EventLog implements EventStore {
  readonly #events: { readonly stream: StreamId; readonly message: JSONRPCMessage }[] = []

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    return `${stream}::${this.#events.push({ stream, message })}`
  }

  async getStreamIdForEventId(id: EventId): Promise<StreamId | undefined> {
    return this.#events[Number(id.split('::')[1]) - 1]?.stream
  }

  async replayEventsAfter(id: EventId, { send }: { send(id: EventId, message: JSONRPCMessage): Promise<void> }): Promise<StreamId> {
    const [stream = '', position = '0'] = id.split('::')
    for (let i = Number(position); i < this.#events.length; i++) {
      const event = this.#events[i]!
      // A priming event is stored as an empty message.
      if (event.stream === stream && 'jsonrpc' in event.message) await send(`${stream}::${i + 1}`, event.message)
    }
    return stream
  }
}
