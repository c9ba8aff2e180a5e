/** A server process with a limit of 50 that it shares through Redis. Tells its port on standard output. */
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import { safeMcp } from 'safe-mcp/express'
import { redisStore } from 'safe-mcp/redis'

const client = createClient({ url: process.argv[2] as string, socket: { reconnectStrategy: 100 } })
const store = redisStore(client, { timeoutMs: Number(process.argv[3]) })
// Requests before the first connection would be counted locally, which is another test's business.
while (!client.isReady) await new Promise((resolve) => setTimeout(resolve, 10))
const app = express()
app.use(
  safeMcp({
    audit: false,
    store,
    rate: { limit: 50, windowMs: 60_000, localShare: 0.5, retryMs: 200, timeoutMs: Number(process.argv[3]) },
  }),
)
app.get('/', (_req, res) => {
  res.send('ok')
})
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
