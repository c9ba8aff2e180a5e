import { cases, type Serve } from './cases.ts'

type Handler = (request: Request, ...rest: any[]) => Response | Promise<Response>
const { Bun, Deno, process } = globalThis as any
const stops: (() => unknown)[] = []

/** The runtime's own server where it has one; a direct call where the platform sits in front (workerd). */
const serve: Serve = async (handler: Handler) => {
  if (Bun !== undefined) {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handler })
    stops.push(() => server.stop(true))
    return (init) => fetch(`http://127.0.0.1:${server.port}/x`, init)
  }
  if (Deno !== undefined) {
    const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, handler)
    stops.push(() => server.shutdown())
    return (init) => fetch(`http://127.0.0.1:${server.addr.port}/x`, init)
  }
  return async (init) => handler(new Request('http://localhost/x', init), {}, { waitUntil() {} })
}

async function runAll(): Promise<number> {
  let failed = 0
  for (const { name, run } of cases) {
    try {
      await run(serve)
      console.log(`ok ${name}`)
    } catch (error) {
      failed++
      console.log(`FAILED ${name}: ${(error as Error).stack}`)
    }
  }
  console.log(`${cases.length - failed} of ${cases.length} cases passed`)
  return failed
}

/** `workerd test` calls this; every other runtime runs the file. */
export default {
  async test(): Promise<void> {
    if ((await runAll()) > 0) throw new Error('some cases failed')
  },
}

if (Bun !== undefined || Deno !== undefined || process?.versions?.node !== undefined) {
  const failed = await runAll()
  for (const stop of stops) stop()
  if (Deno !== undefined) Deno.exit(failed > 0 ? 1 : 0)
  else process.exit(failed > 0 ? 1 : 0)
}
