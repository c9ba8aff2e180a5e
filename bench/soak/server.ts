/** The server under soak: an MCP endpoint, a chat route and a health check behind safeMcp, with an audit file. A child of run.ts. */
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createAuditLog } from 'safe-mcp/audit'
import { safeMcp } from 'safe-mcp/express'
import { fileSink, nodeHash } from 'safe-mcp/node'

const audit = createAuditLog({ sinks: [fileSink({ path: process.argv[2] as string })], hash: nodeHash })
const app = express()
app.get('/health', (_req, res) => {
  res.send('ok')
})
app.use(safeMcp({ audit, tools: { allow: ['search'] }, mcp: { paths: ['/mcp'] } }))
app.use(express.json())
app.post('/mcp', (req, res) => {
  const { id, params } = req.body
  const text = params?.arguments?.q === 'leak' ? 'write to bob@example.com' : 'nothing special'
  res.json({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })
})
app.post('/chat', (req, res) => {
  res.json({ said: req.body.said ?? null })
})
const server = app.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

let stall = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  stall = Math.max(stall, now - last - 20)
  last = now
}, 20).unref()

process.on('message', async (what) => {
  if (what === 'close') await audit.close()
  if (what === 'close' || what === 'memory') (globalThis as { gc?: () => void }).gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rss, heapUsed, stall, stats: audit.stats() })
  stall = 0
  if (what !== 'close') return
  process.disconnect()
  server.close()
  server.closeAllConnections()
})
