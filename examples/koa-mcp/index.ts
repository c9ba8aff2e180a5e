import { connectV2 } from '../_lib/clients.ts'
import { createLogin } from '../_lib/login.ts'
import { tellMcpStory } from '../_lib/mcp-story.ts'
import { createStory } from '../_lib/story.ts'
import { startKoa } from './server.ts'

const saw = { calls: [] }
const login = await createLogin('https://crm.example/mcp')
const server = await startKoa(login, saw)
const story = createStory('safe-mcp on Koa')
try {
  await tellMcpStory(story, { url: new URL('/mcp', server.origin), login, saw, connect: connectV2 })
} finally {
  await server.close()
}
story.end()
