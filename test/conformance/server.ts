import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SafeMcpInput } from 'safe-mcp/express'
import { apiKey } from 'safe-mcp/identity'
import { mounts } from './mounts.ts'

/** What stands in front of the server. The audit trail is kept off the console: only a refusal would be there, and none is expected. */
const guards: Readonly<Record<string, SafeMcpInput | undefined>> = {
  bare: undefined,
  guarded: {},
  // The suite sends no credentials, so an identity can only be optional; every tool is then allowed by name.
  open: { identity: { verifiers: [apiKey({ keys: [] })], required: false }, tools: { allow: ['*'] } },
}

// usage: server.ts FRAMEWORK GUARD. Says where it listens on its first line and lives as long as its standard input.
const [framework = '', guard = ''] = process.argv.slice(2)
const mount = mounts[framework]
if (mount === undefined || !(guard in guards))
  throw new Error(`usage: server.ts ${Object.keys(mounts).join('|')} ${Object.keys(guards).join('|')}`)

const server = mount(guards[guard], 0, '127.0.0.1') as Server
server.on('listening', () => process.stdout.write(`http://localhost:${(server.address() as AddressInfo).port}/mcp\n`))
process.stdin.resume().on('end', () => process.exit(0))
