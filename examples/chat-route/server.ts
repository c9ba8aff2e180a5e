import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyGuard, inputGuard, outputGuard, toolGuard } from 'safe-mcp'
import { guard, safeMcp } from 'safe-mcp/hono'
import * as z from 'zod'
import { type Running, running } from '../_lib/running.ts'

const Chat = z.object({ message: z.string().min(1).max(4000), turns: z.coerce.number().int().max(50).default(1) })

export interface ChatSightings {
  readonly messages: unknown[]
}

/** A chat agent's plain JSON endpoints: no MCP anywhere, every route with the guards it needs. */
export function startChat(saw: ChatSightings): Promise<Running> {
  const app = new Hono()
  app.use(safeMcp({ tools: { allow: ['web_search'] } }))

  // Repairs injected instructions, validates what is left, and redacts the answer.
  app.post('/chat', guard(inputGuard(), bodyGuard(Chat), outputGuard({ pii: ['email'] })), (c) => {
    const chat = c.req.valid('json')
    saw.messages.push(chat)
    return c.json({ answer: `You said: ${chat.message}`, support: 'write to help.desk@example.com' })
  })

  // Where nobody should have to be repaired, refuse.
  app.post('/agent', guard(inputGuard({ mode: 'strict' }), bodyGuard(Chat)), (c) => {
    saw.messages.push(c.req.valid('json'))
    return c.json({ answer: 'done' })
  })

  // These routes are tools: the tool policy decides.
  app.post('/tools/search', guard(toolGuard('web_search')), (c) => c.json({ hits: 3 }))
  app.post('/tools/files', guard(toolGuard('file_access')), (c) => {
    saw.messages.push('file_access ran')
    return c.json({ file: 'secret' })
  })

  return running((port, hostname) => serve({ fetch: app.fetch, port, hostname }))
}
