import { connectV1, connectV2 } from './_lib/clients.ts'
import { createLogin, type Login } from './_lib/login.ts'
import type { Sightings } from './_lib/mcp-server.ts'
import { tellMcpStory } from './_lib/mcp-story.ts'
import type { Running } from './_lib/running.ts'
import { createStory, printSummary } from './_lib/story.ts'
import { startExpress } from './express-mcp/server.ts'
import { startHono } from './hono-mcp/server.ts'
import { startKoa } from './koa-mcp/server.ts'

const audience = 'https://crm.example/mcp'

if (process.argv.includes('--serve')) await serve()
else await run()

/** The main job: real clients call guarded servers. The first run is told, the others are only counted. */
async function run(): Promise<void> {
  const stages = [
    { name: 'Express', start: startExpress, path: '/mcp', connect: connectV2 },
    { name: 'Express, SDK v1', start: startExpress, path: '/v1/mcp', connect: connectV1 },
    { name: 'Koa', start: startKoa, path: '/mcp', connect: connectV2 },
    { name: 'Hono', start: startHono, path: '/mcp', connect: connectV2 },
  ]
  const columns = []
  for (const { name, start, path, connect } of stages) {
    const saw: Sightings = { calls: [] }
    const login = await createLogin(audience)
    const server = await start(login, saw)
    const story = createStory(`An MCP server behind safe-mcp (${name})`, { quiet: columns.length > 0 })
    try {
      await tellMcpStory(story, { url: new URL(path, server.origin), login, saw, connect })
    } finally {
      await server.close()
    }
    story.end()
    columns.push({ name, story })
  }
  console.log('\nThe same story on every framework:')
  printSummary(columns)
  console.log('\nnpm start -- --serve keeps a server up to try it by hand.')
}

/** Keeps the Express server up and says how to talk to it. */
async function serve(): Promise<void> {
  const login: Login = await createLogin(audience)
  const server: Running = await startExpress(login, { calls: [] }, Number(process.env['PORT'] ?? 3000))
  const token = await login.issue(['crm'], '12 hours')
  const curl = (body: object, more = `-H "Authorization: Bearer $TOKEN"`): string =>
    [
      `curl -s ${server.origin}/mcp ${more}`,
      `  -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream'`,
      `  -d '${JSON.stringify({ jsonrpc: '2.0', id: 1, ...body })}'`,
    ].join(' \\\n')
  const call = (name: string, args: object): object => ({ method: 'tools/call', params: { name, arguments: args } })

  console.log(`A guarded MCP server is up at ${server.origin}/mcp until you press Ctrl-C. A token for it:\n\nexport TOKEN=${token}`)
  console.log(`\nThe tools this caller may use:\n\n${curl({ method: 'tools/list' })}`)
  console.log(`\nA tool that leaks an address and a token, redacted on the way out:\n\n${curl(call('customer', { id: '42' }))}`)
  console.log(`\nA tool that nobody may call:\n\n${curl(call('file_access', { path: '/etc/passwd' }))}`)
  console.log(`\nThe same without a token:\n\n${curl({ method: 'tools/list' }, '')}`)
}
