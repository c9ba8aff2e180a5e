import type { SafeMcpInput } from '../../adapters/mount.ts'
import type { SafeMcpView } from '../../adapters/view.ts'
import type { Guard } from '../../src/core/guard.ts'
import type { AuthInfo } from '../../src/core/principal.ts'

/** What every adapter's `safeMcp()` takes. */
export type HarnessOptions = SafeMcpInput

/** A request as a neutral handler sees it, through whatever the framework offers. */
export interface HandlerContext {
  /** Upper-case. */
  readonly method: string
  /** Path as the framework gives it to the handler, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** First value of a request header. */
  header(name: string): string | undefined
  /** The body as a handler of this framework would read it as JSON: `req.body` when something parsed it, else the stream. */
  json(): Promise<unknown>
  /** The body's bytes as a raw reader sees them. Rejects where a parser consumed them before and kept no copy. */
  bytes(): Promise<Uint8Array>
  /** The same, decoded as UTF-8. */
  text(): Promise<string>
  /** Where the framework puts the value of `bodyGuard`: `req.body`, `ctx.request.body`, `c.req.valid('json')`. */
  readonly typedBody: unknown
  readonly safeMcp: SafeMcpView | undefined
  /** `req.auth` and its equivalents. */
  readonly auth: AuthInfo | undefined
}

/** What a neutral handler answers. At most one of `json` and `body`. */
export interface HandlerResponse {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Sent the framework's own way: `res.json`, `ctx.body = object`, `c.json`. */
  readonly json?: unknown
  /** Strings and bytes the framework's own way; an iterable is streamed, one write per chunk, and returned early when the client is gone. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>
}

export type Handler = (ctx: HandlerContext) => HandlerResponse | Promise<HandlerResponse>

export interface Route {
  /** Any method when absent. Upper-case. */
  readonly method?: string
  /** Exact path. */
  readonly path: string
  /** Mounted on the route with the framework's `guard(...)`. */
  readonly guards?: readonly Guard[]
  readonly handler: Handler
}

export interface TestApp {
  /** For the outer `safeMcp()`; `false` mounts none. Default: `safeMcp()` with its defaults. */
  readonly options?: HarnessOptions | false
  readonly routes: readonly Route[]
}

export interface RunningApp {
  /** `http://127.0.0.1:1234`, without a trailing slash. In-process harnesses make one up. */
  readonly url: string
  /** Sends a request to a path of the app. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** One way to run an app. The same behaviour suite runs on all of them. */
export interface Harness {
  /** `express 5`, `koa 3 after @koa/bodyparser`, … */
  readonly name: string
  /** False where no socket is involved, so that suites on framing and aborts skip it. */
  readonly network: boolean
  /** True where a parser runs before safeMcp, so that raw bytes are gone before it starts. */
  readonly parsedBefore: boolean
  start(app: TestApp): Promise<RunningApp>
}
