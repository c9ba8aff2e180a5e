import type { ServerResponse } from 'node:http'
import type { HeadArguments } from './head.ts'

/** The methods of a response that are replaced, with every way of calling them folded into one. */
export interface Methods {
  writeHead(this: ServerResponse, ...args: HeadArguments): ServerResponse
  write(this: ServerResponse, chunk: unknown, encoding?: unknown, callback?: unknown): boolean
  end(this: ServerResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse
  flushHeaders(this: ServerResponse): void
}

/** Methods of one response with others in their place. */
export class Replaced {
  readonly #res: ServerResponse
  readonly #originals: Methods
  readonly #ours: Methods
  /** Somebody put a `write` of his own in front of us, and may have a `flush` to go with it. */
  readonly wrapped: boolean
  #inside = false

  constructor(res: ServerResponse, ours: Methods) {
    const target = res as unknown as Methods
    this.wrapped = Object.hasOwn(res, 'write')
    this.#res = res
    this.#originals = { writeHead: target.writeHead, write: target.write, end: target.end, flushHeaders: target.flushHeaders }
    this.#ours = ours
    put(target, ours)
    // Node's old alias would go round us.
    if ('writeHeader' in res) res.writeHeader = ours.writeHead
  }

  /** True while an original runs. */
  get inside(): boolean {
    return this.#inside
  }

  /**
   * Calls an original. Node's own `end` and `write` call `this.writeHead` and `this.write`, which are ours: while an original
   * runs they must lead straight on, or the response would wait for itself.
   */
  call<Name extends keyof Methods>(name: Name, ...args: Parameters<Methods[Name]>): ReturnType<Methods[Name]> {
    const outer = this.#inside
    this.#inside = true
    try {
      return (this.#originals[name] as (...args: unknown[]) => ReturnType<Methods[Name]>).apply(this.#res, args)
    } finally {
      this.#inside = outer
    }
  }

  /** Gives the methods back, except where somebody wrapped ours: there ours stay as a passage. */
  restore(): void {
    const res = this.#res as unknown as Methods
    const ours = this.#ours
    const before = this.#originals
    if (res.writeHead === ours.writeHead) res.writeHead = before.writeHead
    if (res.write === ours.write) res.write = before.write
    if (res.end === ours.end) res.end = before.end
    if (res.flushHeaders === ours.flushHeaders) res.flushHeaders = before.flushHeaders
  }
}

/** One by one, not by a loop over names: this happens on every request. */
function put(res: Methods, methods: Methods): void {
  res.writeHead = methods.writeHead
  res.write = methods.write
  res.end = methods.end
  res.flushHeaders = methods.flushHeaders
}
