import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startCommand } from './package.ts'

/** One process of the example's server. */
export class Replica {
  readonly port: number
  /** What it printed. */
  said = ''
  readonly #child: ChildProcess
  readonly #exit: Promise<number | null>

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    this.#exit = once(child, 'exit').then(([code]) => code as number | null)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.said += chunk))
  }

  /** Starts what the image starts, with this environment and nothing of ours; as a user that is not root, where we are root. */
  static async start(folder: string, env: Readonly<Record<string, string>>): Promise<Replica> {
    const port = await freePort()
    const asNobody = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}
    const child = spawn(process.execPath, startCommand.slice(1), {
      cwd: folder,
      env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...asNobody,
    })
    const replica = new Replica(child, port)
    for (let attempt = 0; attempt < 150; attempt++) {
      if (child.exitCode !== null) throw new Error(`the server did not start:\n${replica.said}`)
      const ready = await fetch(`${replica.url}/ready`).catch(() => undefined)
      if (ready?.status === 200) return replica
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the server did not become ready:\n${replica.said}`)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#child.pid as number
  }

  signal(name: 'SIGKILL' | 'SIGTERM'): void {
    this.#child.kill(name)
  }

  /** The exit code, once it has ended. */
  ended(): Promise<number | null> {
    return this.#exit
  }

  async stop(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exit
  }
}

export interface Balancer {
  readonly url: string
  /** Requests each target got, in order of the targets. */
  readonly served: readonly number[]
  close(): Promise<void>
}

/** Hands requests round; a target that takes no connection is passed over. What breaks once an answer has begun is broken for the caller too. */
export async function balance(ports: readonly number[]): Promise<Balancer> {
  const served = ports.map(() => 0)
  let turn = 0
  const server: Server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const attempt = (left: number): void => {
      const at = turn++ % ports.length
      const out = request({ port: ports[at], host: '127.0.0.1', path: req.url, method: req.method, headers: req.headers })
      out.on('response', (answer) => {
        served[at] = (served[at] as number) + 1
        res.writeHead(answer.statusCode as number, answer.headers)
        res.flushHeaders()
        answer.on('error', () => res.destroy())
        answer.pipe(res)
      })
      out.on('error', () => (res.headersSent ? res.destroy() : left > 0 ? attempt(left - 1) : res.writeHead(502).end()))
      res.on('close', () => out.destroy())
      out.end(body)
    }
    attempt(ports.length - 1)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
