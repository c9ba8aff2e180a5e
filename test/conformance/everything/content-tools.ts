import { type CallToolResult, fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { everyByte, pause, png, said, text, wav } from './samples.ts'

const plain = (uri: string, value: string) => ({ type: 'resource' as const, resource: { uri, mimeType: 'text/plain', text: value } })

/** Tools without arguments that always answer the same. The names are the conformance suite's. */
const fixed: Readonly<Record<string, readonly [description: string, content: CallToolResult['content']]>> = {
  test_simple_text: ['Answers with text.', [text('This is a simple text response for testing.')]],
  test_image_content: ['Answers with an image.', [{ type: 'image', data: png, mimeType: 'image/png' }]],
  test_audio_content: ['Answers with audio.', [{ type: 'audio', data: wav, mimeType: 'audio/wav' }]],
  test_embedded_resource: ['Answers with a resource.', [plain('test://embedded-resource', 'This is an embedded resource content.')]],
  test_multiple_content_types: [
    'Answers with a mixture.',
    [
      text('Multiple content types test:'),
      { type: 'image', data: png, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' },
      },
    ],
  ],
  test_streaming_elicitation: ['Answers on a stream which asks nothing.', [text('nothing was asked')]],
  every_byte: [
    'Answers with every byte value and with characters of every width.',
    [
      { type: 'image', data: everyByte, mimeType: 'application/octet-stream' },
      text('a \u00e9 \u4e2d \u{1f600} \u2028 & < > "quoted" \\ \u0001 end'),
      { type: 'resource_link', uri: 'test://static-binary', name: 'static-binary' },
    ],
  ],
}

export function addContentTools(server: McpServer): void {
  for (const [name, [description, content]] of Object.entries(fixed)) {
    server.registerTool(name, { description }, () => ({ content: [...content] }))
  }

  server.registerTool('test_error_handling', { description: 'Fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })

  server.registerTool(
    'structured',
    {
      description: 'Answers with structured content.',
      inputSchema: z.object({ city: z.string() }),
      outputSchema: z.object({ city: z.string(), celsius: z.number(), tags: z.array(z.string()) }),
    },
    ({ city }) => {
      const structuredContent = { city, celsius: 1.5, tags: ['\u00e9', ''] }
      return { content: [text(JSON.stringify(structuredContent))], structuredContent }
    },
  )

  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Has an argument that is mirrored into a header.',
      inputSchema: fromJsonSchema<{ region?: string; level?: number }>(mirroredSchema),
    },
    ({ region }) => said(`region=${region ?? '(none)'}`),
  )

  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has a schema with everything of JSON Schema 2020-12.', inputSchema: fromJsonSchema(fullSchema) },
    (args) => said(JSON.stringify(args)),
  )

  server.registerTool('test_tool_with_logging', { description: 'Logs.', inputSchema: z.object({}) }, async (_args, { mcpReq }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } })
      await pause(20)
    }
    return said('logged')
  })

  server.registerTool('test_logging_tool', { description: 'Logs when asked to.', inputSchema: z.object({}) }, async (_args, { mcpReq }) => {
    await mcpReq.log('info', 'only who named a level may see this')
    return said('logged')
  })

  server.registerTool('test_tool_with_progress', { description: 'Tells how far it is.', inputSchema: z.object({}) }, async (_args, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      const params = { progressToken: progressToken!, progress, total: 100, message: `Completed step ${progress} of 100` }
      await ctx.mcpReq.notify({ method: 'notifications/progress', params })
      await pause(20)
    }
    return said(String(progressToken ?? 'nobody asked for progress'))
  })

  server.registerTool(
    'test_reconnection',
    { description: 'Hangs up before it answers; the answer waits for who comes back.', inputSchema: z.object({}) },
    async (_args, { http }) => {
      http?.closeSSE?.()
      await pause(100)
      return said('Reconnection test completed successfully.')
    },
  )
}

const mirroredSchema: Parameters<typeof fromJsonSchema>[0] & object = {
  type: 'object',
  properties: { region: { type: 'string', ...{ 'x-mcp-header': 'Region' } }, level: { type: 'integer' } },
}

const fullSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
} as const
