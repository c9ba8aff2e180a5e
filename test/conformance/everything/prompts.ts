import { acceptedContent, completable, inputRequired, type McpServer, type ServerContext } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { askFor } from './input-required-tools.ts'
import { asked, png, text } from './samples.ts'

const cities = ['Paris', 'Palermo', 'Porto']

export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { title: 'Simple', description: 'Takes nothing.' }, () => ({
    messages: [asked(text('This is a simple prompt for testing.'))],
  }))

  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      title: 'With arguments',
      description: 'Takes two arguments; the first can be completed.',
      argsSchema: z.object({
        arg1: completable(z.string(), (begun) => cities.filter((city) => city.startsWith(begun))),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({ messages: [asked(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] }),
  )

  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { title: 'With a resource', description: 'Embeds a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) => ({
      messages: [
        { role: 'user', content: { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content.' } } },
        asked(text('Please process the embedded resource above.')),
      ],
    }),
  )

  server.registerPrompt('test_prompt_with_image', { title: 'With an image', description: 'Shows an image.' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: png, mimeType: 'image/png' } },
      asked(text('Please analyze the image above.')),
    ],
  }))

  server.registerPrompt(
    'test_input_required_result_prompt',
    { title: 'With a question', description: 'Asks the user before it renders.' },
    (ctx: unknown) => {
      // Without arguments the context comes first; the SDK's types know only the other form.
      const context = acceptedContent((ctx as ServerContext).mcpReq.inputResponses, 'user_context')?.['context']
      return typeof context === 'string'
        ? { messages: [asked(text(`Use the following context: ${context}`))] }
        : inputRequired({ inputRequests: { user_context: askFor('What context should the prompt use?', 'context') } })
    },
  )
}
