import { isObject, own } from '../../src/lib/json-object.ts'
import type { ListName } from '../../src/mcp/list-shapes.ts'
import { createSseDecoder } from '../../src/mcp/sse.ts'
import { CannotRun, reasonOf } from './command.ts'

/** What a server tells models about itself. */
export interface ServerDescription {
  readonly revision: string
  readonly instructions: string | undefined
  readonly lists: Readonly<Record<ListName, readonly unknown[]>>
}

export interface AskOptions {
  readonly headers: Headers
  /** For each answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Told after each page. */
  readonly onPage?: ((items: number) => void) | undefined
}

const lists: readonly (readonly [ListName, method: string, capability: string])[] = [
  ['tools', 'tools/list', 'tools'],
  ['prompts', 'prompts/list', 'prompts'],
  ['resources', 'resources/list', 'resources'],
  ['resourceTemplates', 'resources/templates/list', 'resources'],
]

const modern = '2026-07-28'
const me = { name: 'safe-mcp', version: '1' }
const maxAnswerBytes = 16 * 1024 * 1024
const maxItems = 100_000

/**
 * Asks a running server for everything a model would be told: `instructions` and every page of every list. Speaks 2026-07-28, and
 * `initialize` with servers that are older.
 *
 * @throws CannotRun when it does not answer, answers nonsense or answers too much.
 */
export async function describeServer(url: URL, options: AskOptions): Promise<ServerDescription> {
  const connection = new Connection(url, options)
  try {
    return await connection.describe()
  } catch (error) {
    if (error instanceof CannotRun) throw error
    const late = (error as Error).name === 'TimeoutError'
    throw new CannotRun(`${url.href}: ${late ? `no answer within ${options.timeoutMs} ms.` : reasonOf(error)}`)
  } finally {
    await connection.leave()
  }
}

class Connection {
  readonly #url: URL
  readonly #options: AskOptions
  #session: string | undefined
  #revision: string = modern
  /** The server named a revision of the legacy era: from then on requests carry it. Before, an older server might refuse what we ask for. */
  #agreed = false
  #id = 0

  constructor(url: URL, options: AskOptions) {
    this.#url = url
    this.#options = options
  }

  async describe(): Promise<ServerDescription> {
    const about = await this.#open()
    const capabilities = own(about, 'capabilities')
    const found: Record<ListName, readonly unknown[]> = { tools: [], prompts: [], resources: [], resourceTemplates: [] }
    for (const [list, method, capability] of lists) {
      if (isObject(own(capabilities, capability))) found[list] = await this.#list(list, method)
    }
    const instructions = own(about, 'instructions')
    return { revision: this.#revision, instructions: typeof instructions === 'string' ? instructions : undefined, lists: found }
  }

  /** A server that made a session for us would otherwise keep it. */
  async leave(): Promise<void> {
    if (this.#session === undefined) return
    const signal = AbortSignal.timeout(1000)
    await fetch(this.#url, { method: 'DELETE', headers: this.#headers(), signal }).catch(() => {})
  }

  async #open(): Promise<unknown> {
    const discovered = await this.#ask('server/discover', {})
    if (discovered.result !== undefined) return discovered.result
    this.#revision = '2025-11-25'
    const params = { protocolVersion: this.#revision, capabilities: {}, clientInfo: me }
    const { result, fault } = await this.#ask('initialize', params)
    if (result === undefined) throw new CannotRun(`${this.#url.href} is no MCP server that lets us in: ${fault}.`)
    const agreed = own(result, 'protocolVersion')
    if (typeof agreed === 'string') this.#revision = agreed
    this.#agreed = true
    await this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' }).then((response) => response.body?.cancel())
    return result
  }

  async #list(list: ListName, method: string): Promise<readonly unknown[]> {
    const items: unknown[] = []
    let cursor: string | undefined
    do {
      const { result, fault } = await this.#ask(method, cursor === undefined ? {} : { cursor })
      const page = own(result, list)
      if (!Array.isArray(page)) {
        // A server with resources need not have templates.
        if (list === 'resourceTemplates' && items.length === 0) return []
        throw new CannotRun(`${this.#url.href} did not answer ${method}: ${fault}.`)
      }
      items.push(...page)
      this.#options.onPage?.(items.length)
      const next = own(result, 'nextCursor')
      if (items.length > maxItems || (next === cursor && next !== undefined))
        throw new CannotRun(`${this.#url.href}: ${method} does not end.`)
      cursor = typeof next === 'string' ? next : undefined
    } while (cursor !== undefined)
    return items
  }

  async #ask(method: string, params: object): Promise<{ readonly result: unknown; readonly fault: string }> {
    const id = ++this.#id
    const inBody = this.#revision === modern ? { ...params, _meta: modernMeta } : params
    const response = await this.#send({ jsonrpc: '2.0', id, method, params: inBody }, method)
    this.#session ??= response.headers.get('mcp-session-id') ?? undefined
    const answer = await readAnswer(response, id)
    const result = own(answer, 'result')
    const code = own(own(answer, 'error'), 'code')
    return {
      result: isObject(result) ? result : undefined,
      fault: typeof code === 'number' ? `error ${code}` : `status ${response.status}`,
    }
  }

  #send(message: object, method?: string): Promise<Response> {
    const headers = this.#headers()
    if (method !== undefined && this.#revision === modern) headers.set('mcp-method', method)
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(this.#options.timeoutMs)])
    return fetch(this.#url, { method: 'POST', headers, body: JSON.stringify(message), signal })
  }

  #headers(): Headers {
    const headers = new Headers(this.#options.headers)
    headers.set('content-type', 'application/json')
    headers.set('accept', 'application/json, text/event-stream')
    if (this.#agreed || this.#revision === modern) headers.set('mcp-protocol-version', this.#revision)
    if (this.#session !== undefined) headers.set('mcp-session-id', this.#session)
    return headers
  }
}

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': me,
}

/** The response with our id, from a JSON body or a stream; undefined when there is none. */
async function readAnswer(response: Response, id: number): Promise<unknown> {
  const streamed = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const decoder = streamed ? createSseDecoder({ maxEventBytes: maxAnswerBytes }) : undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop early lets go of the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new CannotRun(`${response.url}: the answer is longer than ${maxAnswerBytes} bytes.`)
    if (decoder === undefined) chunks.push(chunk)
    else
      for (const { event } of decoder.push(chunk).items) {
        const message = parse(event.data ?? '')
        if (own(message, 'id') === id && own(message, 'method') === undefined) return message
      }
  }
  return parse(Buffer.concat(chunks).toString())
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
