import { request as httpRequest } from 'node:http'

/** One HTTP exchange, seen as bytes: nothing is decoded but the transfer coding. */
export class Wire {
  #url

  constructor(url) {
    this.#url = new URL(url)
  }

  /** Sends, and waits for the whole answer. */
  async send(method, headers, body) {
    const answer = await this.open(method, headers, body)
    await answer.ended
    return answer.record()
  }

  /** Sends, and gives back the answer as it arrives. */
  open(method, headers, body) {
    return new Promise((resolve, reject) => {
      const req = httpRequest(this.#url, { method, headers, agent: false, timeout: 10_000 })
      req.on('timeout', () => req.destroy(new Error('no answer within 10 s')))
      req.on('error', reject)
      req.on('response', (res) => resolve(new Answer(req, res)))
      req.end(body)
    })
  }
}

class Answer {
  #req
  #res
  #chunks = []
  #waiting = new Set()

  constructor(req, res) {
    this.#req = req
    this.#res = res
    res.on('data', (chunk) => {
      this.#chunks.push(chunk)
      for (const look of this.#waiting) look()
    })
    this.ended = new Promise((resolve) => res.on('close', resolve))
  }

  get text() {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  header(name) {
    return this.#res.headers[name]
  }

  /** Waits until the body matches, and gives back the match. */
  until(pattern) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.text)
        if (match === null) return
        this.#waiting.delete(look)
        resolve(match)
      }
      this.#waiting.add(look)
      look()
      this.ended.then(() => reject(new Error(`the answer ended without ${pattern}: ${this.text}`)))
    })
  }

  hangUp() {
    this.#req.destroy()
    return this.ended
  }

  record() {
    const { statusCode, statusMessage, rawHeaders } = this.#res
    const headers = []
    for (let i = 0; i < rawHeaders.length; i += 2) headers.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
    return { head: `${statusCode} ${statusMessage}`, headers, body: Buffer.concat(this.#chunks).toString('latin1') }
  }
}

/**
 * What of an answer must not differ: status, headers but for their order, the case of their names and how the body is framed on the
 * connection, and every byte of the body. What is different in every run is replaced, by its place in the order of appearance.
 */
export function comparable({ head, headers, body }) {
  const known = new Map()
  const nameOf = (kind) => (value) => {
    if (!known.has(value)) known.set(value, `<${kind} ${known.size + 1}>`)
    return known.get(value)
  }
  const mask = (text) =>
    text
      .replace(/(?<="requestState":")[^"]+/g, nameOf('state'))
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, nameOf('id'))
  const lines = headers.map((line) => line.slice(0, line.indexOf(':')).toLowerCase() + line.slice(line.indexOf(':')))
  // A length that was not announced before may be, when the whole body was held; a wrong one may not.
  const length = `content-length: ${body.length}`
  const kept = lines.filter((line) => line !== length && !/^(date|connection|keep-alive|transfer-encoding):/.test(line))
  return { head, headers: kept.sort().map(mask), body: mask(body) }
}
