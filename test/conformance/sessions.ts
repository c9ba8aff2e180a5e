import { randomUUID } from 'node:crypto'
import {
  isInitializeRequest,
  type McpServer,
  type Transport,
  type WebStandardStreamableHTTPServerTransportOptions,
} from '@modelcontextprotocol/server'
import { EventLog } from './event-log.ts'

export interface Refusal {
  readonly status: 400 | 404
  readonly body: { readonly jsonrpc: '2.0'; readonly error: { readonly code: number; readonly message: string }; readonly id: null }
}

/** Sessions of the legacy revisions, for either of the SDK's transports. */
export class Sessions<T extends Transport> {
  readonly #open = new Map<string, T>()
  readonly #transport: (options: WebStandardStreamableHTTPServerTransportOptions) => T
  readonly #build: () => McpServer

  constructor(transport: (options: WebStandardStreamableHTTPServerTransportOptions) => T, build: () => McpServer) {
    this.#transport = transport
    this.#build = build
  }

  /** The transport a request belongs to; `initialize` makes a new one. */
  async find(id: string | undefined, body: unknown): Promise<T | Refusal> {
    if (id !== undefined) return this.#open.get(id) ?? refusal(404, -32001, 'Session not found')
    if (!isInitializeRequest(body)) return refusal(400, -32000, 'Bad Request: Mcp-Session-Id header is required')
    const transport = this.#transport({
      sessionIdGenerator: randomUUID,
      eventStore: new EventLog(),
      retryInterval: 500,
      onsessioninitialized: (session) => void this.#open.set(session, transport),
      onsessionclosed: (session) => void this.#open.delete(session),
    })
    await this.#build().connect(transport)
    return transport
  }
}

export function isRefusal(found: object): found is Refusal {
  return 'status' in found
}

function refusal(status: Refusal['status'], code: number, message: string): Refusal {
  return { status, body: { jsonrpc: '2.0', error: { code, message }, id: null } }
}
