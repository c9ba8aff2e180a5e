import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const headEnd = '\r\n\r\n'

/**
 * A connection that sends the same bytes over and over. It does as little as can be, so that the server is never the one who waits: a server
 * that waits finds its client awake and pays less for every write than one that does not.
 */
export class Connection {
  readonly #socket: Socket
  /** Bytes of the response that are still to come; 0 while its head is; -1 for chunks, of which the last one tells. */
  #left = 0
  #began = 0
  #first = 0
  #done: { resolve(firstByteMs: number): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('close', () => this.#done?.reject(new Error('connection closed')))
    socket.on('error', (error) => this.#done?.reject(error))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Sends a request and resolves, once the response is complete, with the milliseconds its first body byte took. */
  send(request: Buffer): Promise<number> {
    this.#left = 0
    this.#first = 0
    this.#began = performance.now()
    return new Promise((resolve, reject) => {
      this.#done = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#done = undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    let body = chunk
    if (this.#left === 0) {
      // Responses are written at once, so their heads come in one piece.
      const end = chunk.indexOf(headEnd)
      const head = chunk.toString('latin1', 0, end)
      if (end < 0 || !head.startsWith('HTTP/1.1 200 ')) return void this.#done?.reject(new Error(`answered ${head.slice(0, 60)}`))
      const length = /content-length: (\d+)/i.exec(head)
      this.#left = length === null ? -1 : Number(length[1])
      body = chunk.subarray(end + headEnd.length)
    }
    if (body.length > 0) this.#first ||= performance.now() - this.#began
    if (this.#left > 0) this.#left -= body.length
    const over = this.#left < 0 ? body.subarray(-5).toString('latin1') === '0\r\n\r\n' : this.#left === 0
    if (over) this.#done?.resolve(this.#first)
  }
}

/** The bytes of a POST with a JSON body. */
export function post(path: string, body: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}${headEnd}${body}`)
}
