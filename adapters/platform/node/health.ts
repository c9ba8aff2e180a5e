import type { IncomingMessage, ServerResponse } from 'node:http'

export interface HealthOptions {
  /** Named checks; true is well. What throws, rejects or takes too long is not. */
  readonly checks?: Readonly<Record<string, () => boolean | Promise<boolean>>> | undefined
  /** The longest wait for a check. Default 1000. */
  readonly timeoutMs?: number | undefined
  /** Show each check's name and state in the answer. Default false: the status alone. */
  readonly details?: boolean | undefined
}

export interface HealthReport {
  readonly status: 'ok' | 'failing' | 'draining'
  readonly checks: Readonly<Record<string, boolean>>
}

/** Answers a health check; works as a handler of `node:http` and Express. */
export interface Health {
  (request: IncomingMessage, response: ServerResponse): Promise<void>
  report(): Promise<HealthReport>
  /** From now on answers 503, so that a load balancer sends no more while what runs is finished. */
  drain(): void
}

/**
 * ```ts
 * app.get('/health', health({ checks: { audit: () => !log.saturated } }))
 * ```
 */
export function health(options: HealthOptions = {}): Health {
  const { checks = {}, timeoutMs = 1000, details = false } = options
  let draining = false

  async function report(): Promise<HealthReport> {
    const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await holds(check, timeoutMs)] as const))
    const well = results.every(([, ok]) => ok)
    return { status: draining ? 'draining' : well ? 'ok' : 'failing', checks: Object.fromEntries(results) }
  }

  async function answer(_request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = await report()
    response.statusCode = result.status === 'ok' ? 200 : 503
    response.setHeader('content-type', 'application/json')
    response.setHeader('cache-control', 'no-store')
    response.end(JSON.stringify(details ? result : { status: result.status }))
  }

  return Object.assign(answer, {
    report,
    drain() {
      draining = true
    },
  })
}

async function holds(check: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  try {
    return (await Promise.race([check(), late])) === true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
