/** A process that records as fast as it can until it is killed. Says how far it is on standard output. */
import { createAuditLog } from 'safe-mcp/audit'
import { fileSink, nodeHash } from 'safe-mcp/node'

const [path, maxBytes] = process.argv.slice(2)
const log = createAuditLog({ sinks: [fileSink({ path: path as string, maxBytes: Number(maxBytes) })], hash: nodeHash })
process.stdout.write('ready\n')
for (let i = 0; ; i++) {
  log.record('crash', { user: `caf\u00e9 ${i}`, details: { i, filler: 'x'.repeat(i % 500) } })
  if (i % 50 !== 0) continue
  await log.flush()
  process.stdout.write(`${log.stats().sinks[0]?.head?.seq}\n`)
}
