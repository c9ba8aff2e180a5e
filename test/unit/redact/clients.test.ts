import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { parseJsonEventStream, readUIMessageStream, type UIMessageChunk, uiMessageChunkSchema } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SseEvent } from '../../../src/core/guard.ts'
import { outputGuard } from '../../../src/guards/output.ts'
import { encodeEvent } from '../../../src/mcp/sse.ts'
import { answer } from './exchange.ts'
import { anthropicMessages, geminiContent, openaiChat, openaiResponses, type Provider, vercelUi } from './providers.ts'

const token = `ghp_${'a1B2c3D4e'.repeat(4)}`
const sentence = `Ask jane@example.com or use ${token}.`
const redacted = 'Ask [EMAIL_REDACTED] or use [GITHUB_TOKEN_REDACTED].'
const fragments = sentence.match(/.{1,5}/gs) as string[]
const args = JSON.stringify({ to: 'jane@example.com', key: token })
const argFragments = args.match(/.{1,5}/gs) as string[]
const redactedArgs = { to: '[EMAIL_REDACTED]', key: '[GITHUB_TOKEN_REDACTED]' }

/** What a guarded endpoint sends: the provider's stream, through the guard, in small chunks. */
async function guarded(events: readonly SseEvent[]): Promise<string> {
  const wire = events.map((event) => new TextDecoder().decode(encodeEvent(event))).join('')
  const body = wire.match(/.{1,37}/gs) as string[]
  const sent = await answer(outputGuard(), { body, type: 'text/event-stream', request: { prompt: 'hi' }, path: '/chat', onRoute: true })
  expect(sent.body).not.toContain('jane@')
  return sent.body
}

let server: Server
let base = ''
let reply = ''
beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(reply)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((done) => server.close(done)))

const serve = async (provider: Provider): Promise<void> => {
  reply = await guarded(provider.events(fragments))
}
const serveTool = async (provider: Provider): Promise<void> => {
  reply = await guarded(provider.tool!.events(argFragments))
}

describe("the provider's own client reads a redacted stream:", () => {
  it('OpenAI chat completions', async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: base, maxRetries: 0 })
    const ask = () => client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'hi' }] }).finalChatCompletion()
    await serve(openaiChat)
    expect((await ask()).choices[0]?.message.content).toBe(redacted)
    await serveTool(openaiChat)
    const call = (await ask()).choices[0]?.message.tool_calls?.[0]
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual(redactedArgs)
  })

  it('OpenAI responses', async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: base, maxRetries: 0 })
    const ask = async () => {
      let text = ''
      const stream = client.responses.stream({ model: 'm', input: 'hi' })
      for await (const event of stream) if (event.type.endsWith('.delta') && 'delta' in event) text += String(event.delta)
      return { text, final: await stream.finalResponse() }
    }
    await serve(openaiResponses)
    const said = await ask()
    expect([said.text, said.final.output_text]).toEqual([redacted, redacted])
    await serveTool(openaiResponses)
    const called = await ask()
    expect(JSON.parse(called.text)).toEqual(redactedArgs)
    expect(JSON.parse((called.final.output[0] as { arguments: string }).arguments)).toEqual(redactedArgs)
  })

  it('Anthropic messages', async () => {
    const client = new Anthropic({ apiKey: 'none', baseURL: base, maxRetries: 0 })
    const ask = () => client.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }).finalMessage()
    await serve(anthropicMessages)
    expect((await ask()).content).toMatchObject([{ type: 'text', text: redacted }])
    await serveTool(anthropicMessages)
    expect((await ask()).content).toMatchObject([{ type: 'tool_use', input: redactedArgs }])
  })

  it('Vercel AI SDK', async () => {
    const ask = async () => {
      const stream = parseJsonEventStream({ stream: (await fetch(base)).body!, schema: uiMessageChunkSchema }).pipeThrough(
        new TransformStream<{ success: boolean; value?: unknown }, UIMessageChunk>({
          transform(chunk, controller) {
            expect(chunk.success).toBe(true)
            controller.enqueue(chunk.value as UIMessageChunk)
          },
        }),
      )
      const parts: unknown[] = []
      for await (const message of readUIMessageStream({ stream })) parts.push(structuredClone(message.parts))
      return parts
    }
    await serve(vercelUi)
    expect((await ask()).at(-1)).toMatchObject([{ type: 'step-start' }, { type: 'text', text: redacted, state: 'done' }])
    await serveTool(vercelUi)
    const seen = await ask()
    // The reader parses what has come of the arguments after every delta.
    expect(seen.at(-2)).toMatchObject([{ type: 'tool-send', state: 'input-streaming', input: redactedArgs }])
    expect(seen.at(-1)).toMatchObject([{ type: 'tool-send', state: 'input-available', input: redactedArgs }])
  })

  it('Gemini', async () => {
    await serve(geminiContent)
    const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: base } })
    let text = ''
    for await (const part of await client.models.generateContentStream({ model: 'm', contents: 'hi' })) text += part.text ?? ''
    expect(text).toBe(redacted)
    reply = await guarded(geminiContent.tool!.events(fragments))
    let argument = ''
    for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'hi' })) {
      for (const { functionCall } of chunk.candidates?.[0]?.content?.parts ?? [])
        argument += functionCall?.partialArgs?.[0]?.stringValue ?? ''
    }
    expect(argument).toBe(redacted)
  })
})
