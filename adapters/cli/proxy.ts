import { createGateway } from '../platform/gateway.ts'
import { headersOf, readArguments, urlOf, wholeNumber } from './arguments.ts'
import { examine } from './checkup.ts'
import { CannotRun, type Command, exitCodes, reasonOf, UsageError } from './command.ts'
import { loadConfig } from './config.ts'

const help = `
safe-mcp proxy: puts the guards in front of a server in any language

Usage: safe-mcp proxy --target URL [options]

Listens, guards, and hands on what is allowed, streaming both ways. Only the
target's path and what lies below it are reachable, and OAuth metadata under
/.well-known/. The caller's credentials stay here unless you say otherwise.

  --target URL           the MCP server: http://localhost:3000/mcp
  --config FILE          options (safe-mcp.config.mjs if it is there)
  --port PORT            port to listen on (8080; 0 takes a free one)
  --host HOST            address to listen on (127.0.0.1)
  --header 'N: V'        send this header to the target (repeatable)
  --pass-authorization   hand the caller's Authorization on. MCP forbids it
                         unless the token was issued for the target
  --timeout MS           longest wait for the head of an answer (60000)
  --drain MS             longest wait for running answers at the end (10000)

SIGTERM and SIGINT stop taking requests, wait for running ones, flush the audit.
502: the target is not there or broke; 504: it did not answer in time.

Exit codes: 0 stopped by a signal; 2 usage; 3 could not start.

  safe-mcp proxy --target http://localhost:3000/mcp --port 8080
`

export const proxyCommand: Command = {
  name: 'proxy',
  summary: 'guard a server in any language, from outside',
  help,
  async run(args, io) {
    const { values, positionals } = readArguments(args, {
      options: {
        target: { type: 'string' },
        config: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        header: { type: 'string', multiple: true },
        'pass-authorization': { type: 'boolean', default: false },
        timeout: { type: 'string' },
        drain: { type: 'string' },
      },
    })
    if (positionals.length > 0) throw new UsageError(`'${positionals[0]}' is one word too many.`)
    const target = urlOf('--target', values.target)
    const port = wholeNumber('port', values.port, 8080, 0, 65_535)
    const drainMs = wholeNumber('drain', values.drain, 10_000, 0, 3_600_000)
    const { options } = await loadConfig(values.config, io)
    const gateway = createGateway({
      target,
      options,
      headers: Object.fromEntries(headersOf(values.header)),
      passAuthorization: values['pass-authorization'],
      timeoutMs: wholeNumber('timeout', values.timeout, 60_000, 1, 3_600_000),
      onError: (error) => io.err(`target: ${reasonOf(error)}`),
    })
    for (const { level, about, text } of examine(options, { host: values.host, replicas: 1 })) {
      if (level === 'warning') io.err(`WARNING ${about}: ${text}`)
    }
    const { url } = await gateway.listen(port, values.host).catch((error) => {
      throw new CannotRun(`cannot listen on ${values.host}:${port}: ${reasonOf(error)}`)
    })
    io.err(`guarding ${target.href} at ${url}`)
    if (!io.signal.aborted) await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }))
    io.err('stopping: no new requests, waiting for running ones')
    await gateway.close({ drainMs })
    return exitCodes.ok
  },
}
