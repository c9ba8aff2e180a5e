import { isObject, type JsonObject } from '../../lib/json-object.ts'
import { type Fragments, none, type Piece } from './piece.ts'

/** Finds the fragments of one provider's event, or says that it is not one of its events. */
export type Shape = (event: JsonObject) => Fragments | undefined

const text = (value: unknown): value is string => typeof value === 'string'
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** OpenAI chat completions (and the many that speak its dialect), legacy completions too. */
export const chatCompletions: Shape = (event) => {
  if (!Array.isArray(event['choices'])) return undefined
  const pieces: Piece[] = []
  const ended: string[] = []
  for (const [at, choice] of event['choices'].entries()) {
    if (!isObject(choice)) continue
    const id = `chat/${String(choice['index'] ?? at)}/`
    const last = choice['finish_reason'] !== undefined && choice['finish_reason'] !== null
    const path = ['choices', at]
    const tokens = { path: [...path, 'logprobs'], empty: null }
    if (text(choice['text'])) pieces.push({ id: `${id}text`, path: [...path, 'text'], last, tokens })
    const delta = choice['delta']
    if (isObject(delta)) {
      for (const field of ['content', 'refusal', 'reasoning', 'reasoning_content']) {
        if (text(delta[field])) pieces.push({ id: id + field, path: [...path, 'delta', field], last, tokens })
      }
      const audio = delta['audio']
      if (isObject(audio) && text(audio['transcript']))
        pieces.push({ id: `${id}audio`, path: [...path, 'delta', 'audio', 'transcript'], last })
      const call = delta['function_call']
      if (isObject(call) && text(call['arguments']))
        pieces.push({ id: `${id}call`, path: [...path, 'delta', 'function_call', 'arguments'], json: true, last })
      for (const [k, tool] of list(delta['tool_calls']).entries()) {
        if (!isObject(tool) || !isObject(tool['function']) || !text(tool['function']['arguments'])) continue
        pieces.push({
          id: `${id}tool/${String(tool['index'] ?? k)}`,
          path: [...path, 'delta', 'tool_calls', k, 'function', 'arguments'],
          json: true,
          last,
        })
      }
    }
    if (last) ended.push(id)
  }
  return { pieces, ended }
}

/** OpenAI responses: `response.<what>.delta`, ended by `.done` of the text, of its part and of its item. */
export const responses: Shape = (event) => {
  const type = event['type']
  if (!text(type) || !type.startsWith('response.')) return undefined
  const stem = type.slice(0, type.lastIndexOf('.'))
  // Some gateways give an item another id in every event; its place among the output stays.
  const item = `response/${String(event['output_index'] ?? event['item_id'])}/`
  if (type === 'response.output_item.done') return { pieces: [], ended: [item] }
  const id = `${item}${stem}/${String(event['content_index'] ?? event['summary_index'])}/`
  if (type.endsWith('.delta') && text(event['delta']) && !stem.endsWith('audio')) {
    return { pieces: [{ id, path: ['delta'], json: stem.endsWith('arguments'), tokens: { path: ['logprobs'], empty: [] } }], ended: [] }
  }
  if (type.endsWith('.done')) return { pieces: [], ended: [id] }
  return type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed'
    ? { pieces: [], ended: ['response/'] }
    : none
}

const anthropicFields: Readonly<Record<string, string>> = {
  text_delta: 'text',
  input_json_delta: 'partial_json',
  thinking_delta: 'thinking',
}

/** Anthropic messages: content blocks by index. */
export const anthropic: Shape = (event) => {
  const type = event['type']
  if (type === 'content_block_stop') return { pieces: [], ended: [`block/${String(event['index'])}/`] }
  if (type === 'message_stop') return { pieces: [], ended: ['block/'] }
  const delta = event['delta']
  if (type !== 'content_block_delta' || !isObject(delta)) return undefined
  const field = text(delta['type']) && Object.hasOwn(anthropicFields, delta['type']) ? anthropicFields[delta['type']] : undefined
  if (field === undefined || !text(delta[field])) return none
  return { pieces: [{ id: `block/${String(event['index'])}/`, path: ['delta', field], json: field === 'partial_json' }], ended: [] }
}

/** Vercel AI SDK, UI message stream: `text-delta`, `reasoning-delta`, `tool-input-delta`. */
export const vercel: Shape = (event) => {
  const type = event['type']
  if (!text(type)) return undefined
  if (type === 'text-delta' || type === 'reasoning-delta') {
    const field = text(event['delta']) ? 'delta' : 'textDelta'
    return text(event[field]) ? { pieces: [{ id: `${type.slice(0, -6)}/${String(event['id'])}/`, path: [field] }], ended: [] } : none
  }
  if (type === 'tool-input-delta' && text(event['inputTextDelta']))
    return { pieces: [{ id: `tool/${String(event['toolCallId'])}/`, path: ['inputTextDelta'], json: true }], ended: [] }
  if (type === 'text-end' || type === 'reasoning-end') return { pieces: [], ended: [`${type.slice(0, -4)}/${String(event['id'])}/`] }
  if (type === 'tool-input-available' || type === 'tool-input-error') return { pieces: [], ended: [`tool/${String(event['toolCallId'])}/`] }
  return type === 'finish' || type === 'finish-step' || type === 'abort'
    ? { pieces: [], ended: ['text/', 'reasoning/', 'tool/'] }
    : undefined
}

/** Gemini `streamGenerateContent`: text parts of each candidate, thoughts apart, and arguments of calls that come in pieces. */
export const gemini: Shape = (event) => {
  if (!Array.isArray(event['candidates'])) return undefined
  const pieces: Piece[] = []
  const ended: string[] = []
  for (const [at, candidate] of event['candidates'].entries()) {
    if (!isObject(candidate)) continue
    const id = `gemini/${String(candidate['index'] ?? at)}/`
    const content = isObject(candidate['content']) ? candidate['content'] : {}
    const tokens = { path: ['candidates', at, 'logprobsResult'], empty: {} }
    for (const [k, part] of list(content['parts']).entries()) {
      if (!isObject(part)) continue
      const path = ['candidates', at, 'content', 'parts', k]
      if (text(part['text'])) pieces.push({ id: `${id}${part['thought'] === true ? 'thought' : 'text'}`, path: [...path, 'text'], tokens })
      const call = part['functionCall']
      if (isObject(call)) pieces.push(...partialArguments(call, `${id}call/`, [...path, 'functionCall', 'partialArgs']))
    }
    if (candidate['finishReason'] !== undefined) ended.push(id)
  }
  return { pieces: closing(pieces, ended), ended }
}

/** The texts among a function call's arguments, each under its JSON path; one that does not go on is over. */
function partialArguments(call: JsonObject, id: string, path: readonly (string | number)[]): Piece[] {
  return list(call['partialArgs']).flatMap((argument, i) => {
    if (!isObject(argument) || !text(argument['stringValue'])) return []
    const last = argument['willContinue'] !== true
    return [{ id: id + String(argument['jsonPath']), path: [...path, i, 'stringValue'], last }]
  })
}

/** Marks the last piece of each text that ends with this event. */
function closing(pieces: readonly Piece[], ended: readonly string[]): Piece[] {
  return pieces.map((piece, i) => ({
    ...piece,
    last:
      piece.last === true || (ended.some((id) => piece.id.startsWith(id)) && !pieces.slice(i + 1).some((later) => later.id === piece.id)),
  }))
}

export const shapes: readonly Shape[] = [chatCompletions, responses, anthropic, vercel, gemini]
