import type { SseEvent } from '../../../src/core/guard.ts'

/**
 * Event streams as the providers send them (shapes from their public API references), with the text cut where the caller says.
 * `text` reads back what a client would show.
 */
export interface Provider {
  readonly name: string
  events(fragments: readonly string[]): SseEvent[]
  text(events: readonly SseEvent[]): string
  /** The same for tool-call arguments, where the provider streams them. */
  readonly tool?: {
    events(fragments: readonly string[]): SseEvent[]
    text(events: readonly SseEvent[]): string
    /** The fragments are the text of one argument rather than pieces of JSON. */
    readonly json?: false
  }
}

type Json = Record<string, unknown>
const data = (value: unknown, event?: string): SseEvent => ({ data: JSON.stringify(value), ...(event === undefined ? {} : { event }) })
const parsed = (events: readonly SseEvent[]): Json[] =>
  events.filter((event) => event.data !== undefined && event.data !== '[DONE]').map((event) => JSON.parse(event.data as string) as Json)
/** Joins what a path of keys leads to in each event. */
const join = (events: readonly SseEvent[], ...path: (string | number)[]): string =>
  parsed(events)
    .map((event) => path.reduce<unknown>((node, key) => (node as Json | undefined)?.[key as string], event))
    .filter((piece) => typeof piece === 'string')
    .join('')

const chunk = (choice: Json): SseEvent =>
  data({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, finish_reason: null, ...choice }],
  })
const typed = (value: Json): SseEvent => data(value, String(value['type']))

export const openaiChat: Provider = {
  name: 'OpenAI chat completions',
  events: (fragments) => [
    chunk({ delta: { role: 'assistant', content: '' } }),
    ...fragments.map((content) => chunk({ delta: { content } })),
    chunk({ delta: {}, finish_reason: 'stop' }),
    { data: '[DONE]' },
  ],
  text: (events) => join(events, 'choices', 0, 'delta', 'content'),
  tool: {
    events: (fragments) => [
      chunk({
        delta: { role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'send', arguments: '' } }] },
      }),
      ...fragments.map((piece) => chunk({ delta: { tool_calls: [{ index: 0, function: { arguments: piece } }] } })),
      chunk({ delta: {}, finish_reason: 'tool_calls' }),
      { data: '[DONE]' },
    ],
    text: (events) => join(events, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'),
  },
}

export const openaiResponses: Provider = {
  name: 'OpenAI responses',
  events: (fragments) => {
    const whole = fragments.join('')
    return responseEvents({ ...message, content: [] }, { ...message, status: 'completed', content: [outputText(whole)] }, [
      typed({ type: 'response.content_part.added', ...part, part: outputText('') }),
      ...fragments.map((delta) => typed({ type: 'response.output_text.delta', ...part, delta, logprobs: [] })),
      typed({ type: 'response.output_text.done', ...part, text: whole, logprobs: [] }),
      typed({ type: 'response.content_part.done', ...part, part: outputText(whole) }),
    ])
  },
  text: (events) =>
    join(
      events.filter((event) => event.event === 'response.output_text.delta'),
      'delta',
    ),
  tool: {
    events: (fragments) => {
      const whole = fragments.join('')
      return responseEvents({ ...functionCall, arguments: '' }, { ...functionCall, status: 'completed', arguments: whole }, [
        ...fragments.map((delta) => typed({ type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta })),
        typed({ type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index: 0, name: 'send', arguments: whole }),
      ])
    },
    text: (events) =>
      join(
        events.filter((event) => event.event === 'response.function_call_arguments.delta'),
        'delta',
      ),
  },
}
function responseEvents(begun: Json, done: Json, between: readonly SseEvent[]): SseEvent[] {
  return [
    typed({ type: 'response.created', response: response([]) }),
    typed({ type: 'response.in_progress', response: response([]) }),
    typed({ type: 'response.output_item.added', output_index: 0, item: begun }),
    ...between,
    typed({ type: 'response.output_item.done', output_index: 0, item: done }),
    typed({ type: 'response.completed', response: { ...response([done]), status: 'completed' } }),
  ].map((event, sequence_number) => ({ ...event, data: JSON.stringify({ ...JSON.parse(event.data as string), sequence_number }) }))
}
const functionCall = { id: 'fc_1', type: 'function_call', status: 'in_progress', call_id: 'call_1', name: 'send' }
const part = { item_id: 'msg_1', output_index: 0, content_index: 0 }
const message = { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant' }
const outputText = (text: string): Json => ({ type: 'output_text', text, annotations: [] })
const response = (output: unknown[]): Json => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'in_progress',
  model: 'm',
  output,
})

export const anthropicMessages: Provider = {
  name: 'Anthropic messages',
  events: (fragments) =>
    anthropic(
      { type: 'text', text: '' },
      fragments.map((text) => ({ type: 'text_delta', text })),
    ),
  text: (events) => join(events, 'delta', 'text'),
  tool: {
    events: (fragments) =>
      anthropic(
        { type: 'tool_use', id: 'toolu_1', name: 'send', input: {} },
        fragments.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    text: (events) => join(events, 'delta', 'partial_json'),
  },
}
function anthropic(block: Json, deltas: readonly Json[]): SseEvent[] {
  return [
    typed({
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
    typed({ type: 'content_block_start', index: 0, content_block: block }),
    typed({ type: 'ping' }),
    ...deltas.map((delta) => typed({ type: 'content_block_delta', index: 0, delta })),
    typed({ type: 'content_block_stop', index: 0 }),
    typed({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }),
    typed({ type: 'message_stop' }),
  ]
}

export const vercelUi: Provider = {
  name: 'Vercel AI SDK UI stream',
  events: (fragments) => [
    data({ type: 'start', messageId: 'm1' }),
    data({ type: 'start-step' }),
    data({ type: 'text-start', id: 't1' }),
    ...fragments.map((delta) => data({ type: 'text-delta', id: 't1', delta })),
    data({ type: 'text-end', id: 't1' }),
    data({ type: 'finish-step' }),
    data({ type: 'finish' }),
    { data: '[DONE]' },
  ],
  text: (events) => join(events, 'delta'),
  tool: {
    events: (fragments) => [
      data({ type: 'tool-input-start', toolCallId: 'c1', toolName: 'send' }),
      ...fragments.map((inputTextDelta) => data({ type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta })),
      data({ type: 'tool-input-available', toolCallId: 'c1', toolName: 'send', input: parsedArguments(fragments) }),
      { data: '[DONE]' },
    ],
    text: (events) => join(events, 'inputTextDelta'),
  },
}

export const geminiContent: Provider = {
  name: 'Gemini',
  events: (fragments) =>
    fragments.map((text, i) =>
      data({
        candidates: [
          { content: { parts: [{ text }], role: 'model' }, index: 0, ...(i === fragments.length - 1 ? { finishReason: 'STOP' } : {}) },
        ],
        usageMetadata: { totalTokenCount: i },
        modelVersion: 'm',
      }),
    ),
  text: (events) => join(events, 'candidates', 0, 'content', 'parts', 0, 'text'),
  // Arguments come by JSON path, each text of them in pieces.
  tool: {
    events: (fragments) => [
      geminiCall({ name: 'send', willContinue: true }),
      ...fragments.map((stringValue) =>
        geminiCall({ partialArgs: [{ jsonPath: '$.note', stringValue, willContinue: true }], willContinue: true }),
      ),
      geminiCall({ partialArgs: [{ jsonPath: '$.note', stringValue: '' }], willContinue: true }),
      geminiCall({}),
    ],
    text: (events) => join(events, 'candidates', 0, 'content', 'parts', 0, 'functionCall', 'partialArgs', 0, 'stringValue'),
    json: false,
  },
}
const geminiCall = (functionCall: Json): SseEvent => data({ candidates: [{ content: { role: 'model', parts: [{ functionCall }] } }] })

export const jsonPointer: Provider = {
  name: 'a JSON pointer',
  events: (fragments) => fragments.map((piece, seq) => data({ seq, payload: { 'a/b': [piece] } })),
  text: (events) => join(events, 'payload', 'a/b', 0),
}

export const plainData: Provider = {
  name: 'plain text data',
  events: (fragments) => fragments.map((piece) => ({ data: piece })),
  text: (events) => events.map((event) => event.data ?? '').join(''),
}

export const providers: readonly Provider[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  vercelUi,
  geminiContent,
  jsonPointer,
  plainData,
]

function parsedArguments(fragments: readonly string[]): unknown {
  try {
    return JSON.parse(fragments.join(''))
  } catch {
    return {}
  }
}
