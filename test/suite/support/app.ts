import type { Guard } from 'safe-mcp'
import { afterAll, beforeAll } from 'vitest'
import type { Handler, Harness, HarnessOptions, RunningApp } from '../../harness/types.ts'

/** Counts how often handlers ran: a refusal is only one when they did not. */
export interface Spy {
  calls: number
  bodies: unknown[]
}

export const quiet = { audit: false } as const

/** An app of one harness that lives as long as the surrounding `describe`. */
export function useApp(
  harness: Harness,
  options: HarnessOptions | false,
  routes: Readonly<Record<string, Handler | { readonly guards: readonly Guard[]; readonly handler: Handler }>>,
): { readonly spy: Spy; fetch(path: string, init?: RequestInit): Promise<Response> } {
  const spy: Spy = { calls: 0, bodies: [] }
  let app: RunningApp
  beforeAll(async () => {
    app = await harness.start({
      options,
      routes: Object.entries(routes).map(([path, route]) => {
        const { guards, handler } = typeof route === 'function' ? { guards: undefined, handler: route } : route
        const run: Handler = (ctx) => {
          spy.calls++
          return handler(ctx)
        }
        return { path, handler: run, ...(guards === undefined ? {} : { guards }) }
      }),
    })
  })
  afterAll(() => app.close())
  return { spy, fetch: (path, init) => app.fetch(path, init) }
}

/** Keeps what a handler read. */
export const keepJson =
  (spy: () => Spy): Handler =>
  async (ctx) => {
    const body = await ctx.json()
    spy().bodies.push(body)
    return { json: body }
  }
