import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { asked, said, text } from './samples.ts'

type Form = Parameters<ServerContext['mcpReq']['elicitInput']>[0] & { mode?: 'form' }

/** Forms as the legacy revisions send them: a default for every kind of field, and every way to write an enumeration. */
const forms: Readonly<Record<string, Form>> = {
  test_elicitation_sep1034_defaults: {
    message: 'Please review and update the form fields with defaults',
    requestedSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      },
      required: [],
    },
  },
  test_elicitation_sep1330_enums: {
    message: 'Please select options from the enum fields',
    requestedSchema: {
      type: 'object',
      properties: {
        untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
        titledSingle: { type: 'string', oneOf: titled('Option') },
        legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
        untitledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
        titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled('Choice') } },
      },
      required: [],
    },
  },
}

function titled(what: string): { const: string; title: string }[] {
  return ['First', 'Second', 'Third'].map((nth, i) => ({ const: `value${i + 1}`, title: `${nth} ${what}` }))
}

/**
 * Tools that ask the client while they run, with requests of their own: legacy revisions only.
 * `send` asks on the stream of the call, `elicitInput` on the session's own.
 */
export function addAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the client for a completion.', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const params = { messages: [asked(text(prompt))], maxTokens: 100 }
      const { content } = await mcpReq.send({ method: 'sampling/createMessage', params })
      return said(`LLM response: ${'text' in content ? content.text : JSON.stringify(content)}`)
    },
  )

  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const requestedSchema = { type: 'object' as const, properties: { response: { type: 'string' as const } }, required: ['response'] }
      return answerOf(await mcpReq.send({ method: 'elicitation/create', params: { message, requestedSchema } }))
    },
  )

  for (const [name, form] of Object.entries(forms)) {
    server.registerTool(name, { description: 'Asks the user with a form.', inputSchema: z.object({}) }, async (_args, { mcpReq }) =>
      answerOf(await mcpReq.elicitInput(form)),
    )
  }
}

function answerOf({ action, content }: { action: string; content?: unknown }) {
  return said(`User response: action=${action}, content=${JSON.stringify(content ?? {})}`)
}
