import { honoApp } from './hono.ts'
import { listen } from './node-server.ts'
import type { Harness } from './types.ts'

/** Hono on `@hono/node-server`, over a socket. */
export const honoNode: Harness = {
  name: 'hono on node-server',
  network: true,
  parsedBefore: false,
  start: (app) => listen(honoApp(app).fetch),
}
