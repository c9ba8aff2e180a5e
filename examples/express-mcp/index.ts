import { connectV1, connectV2 } from '../_lib/clients.ts'
import { createLogin } from '../_lib/login.ts'
import { tellMcpStory } from '../_lib/mcp-story.ts'
import { createStory } from '../_lib/story.ts'
import { startExpress } from './server.ts'

const saw = { calls: [] }
const login = await createLogin('https://crm.example/mcp')
const server = await startExpress(login, saw)
const story = createStory('safe-mcp on Express, MCP SDK v2 and v1')
try {
  await tellMcpStory(story, { url: new URL('/mcp', server.origin), login, saw, connect: connectV2 })
  await tellMcpStory(story, { url: new URL('/v1/mcp', server.origin), login, saw, connect: connectV1 })
} finally {
  await server.close()
}
story.end()
