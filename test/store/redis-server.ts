import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether tests that need a server can run. With SAFE_MCP_REQUIRE_ALL=1 its absence is a failure, not a reason to skip. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

if (!hasRedis) {
  if (process.env['SAFE_MCP_REQUIRE_ALL'] === '1') throw new Error('redis-server is not installed, and SAFE_MCP_REQUIRE_ALL is set.')
  console.warn('redis-server is not installed: the tests of the Redis store are skipped.')
}

/** A real server on a port of its own, with nothing on disk. */
export class RedisServer {
  readonly port: number
  #process: ChildProcess | undefined
  readonly #dir = mkdtempSync(join(tmpdir(), 'safe-mcp-redis-'))

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const child = spawn('redis-server', [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.#dir,
    ])
    this.#process = child
    let said = ''
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      said += chunk
      if (said.includes('Ready to accept connections')) break
    }
    if (child.exitCode !== null) throw new Error(`redis-server did not start: ${said}`)
  }

  /** `SIGKILL` ends it, `SIGSTOP` makes it silent, `SIGCONT` lets it go on. */
  async signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const child = this.#process as ChildProcess
    const exited = name === 'SIGKILL' ? once(child, 'exit') : undefined
    child.kill(name)
    await exited
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.signal('SIGKILL')
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
