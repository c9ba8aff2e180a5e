import express from 'express'
import { safeMcp } from 'safe-mcp/express'
import type { ApiKeyRecord, IdentityService } from 'safe-mcp/identity'
import { apiKey, aztp } from 'safe-mcp/identity'
import { type Running, running } from '../_lib/running.ts'

export interface Callers {
  readonly names: (string | undefined)[]
}

/** An agent endpoint whose callers need a key, the AZTP identity bound to it, and a chain of components that are all known. */
export function startAgent(service: IdentityService, keys: readonly ApiKeyRecord[], callers: Callers): Promise<Running> {
  const app = express()
  app.use(
    safeMcp({
      audit: false,
      identity: {
        verifiers: [aztp({ client: service, credential: apiKey({ keys }) })],
        chain: { directory: service, source: 'header', header: 'x-component-chain' },
      },
    }),
  )
  app.post('/agent', (req, res) => {
    callers.names.push(req.safeMcp?.principal?.aztpId)
    res.json({ hello: req.safeMcp?.principal?.aztpId, chain: req.safeMcp?.chain?.score })
  })
  return running((port, hostname) => app.listen(port, hostname))
}
