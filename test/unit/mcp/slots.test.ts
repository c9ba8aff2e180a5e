import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.ts'
import { mapJsonText, mapSlots, type Slot, visitSlots, type WalkOptions } from '../../../src/mcp/slots.ts'
import { random } from '../random.ts'
import { message, reply, request } from './message.ts'

/** Every slot as `pointer -> facts`, keys marked by a trailing `#`. */
function slotsOf(of: Message, options?: WalkOptions) {
  const seen: Record<string, string> = {}
  visitSlots(
    of,
    (text, slot) => {
      const marks = [slot.kind, slot.opaque && 'opaque', slot.structured && 'structured', slot.jsonText && 'json', slot.encoded]
      seen[slot.pointer + (slot.key ? '#' : '')] = `${text} | ${marks.filter(Boolean).join(' ')}`
    },
    options,
  )
  return seen
}

const shout = (of: Message) => mapSlots(of, (text) => text.toUpperCase())

describe('inward slots', () => {
  it('are the arguments of a tool call at any depth, keys included; its name is opaque', () => {
    expect(
      slotsOf(
        request('tools/call', { name: 'search', arguments: { q: 'x', deep: [{ a: 'y' }] }, _meta: { progressToken: 't', vendor: 'v' } }),
      ),
    ).toEqual({
      '/jsonrpc': '2.0 | tool-arguments opaque',
      '/method': 'tools/call | tool-arguments opaque',
      '/params/name': 'search | tool-arguments opaque',
      '/params/arguments/q#': 'q | tool-arguments',
      '/params/arguments/q': 'x | tool-arguments',
      '/params/arguments/deep#': 'deep | tool-arguments',
      '/params/arguments/deep/0/a#': 'a | tool-arguments',
      '/params/arguments/deep/0/a': 'y | tool-arguments',
      '/params/_meta/progressToken': 't | tool-arguments opaque',
      '/params/_meta/vendor#': 'vendor | tool-arguments opaque',
      '/params/_meta/vendor': 'v | tool-arguments',
    })
  })

  it('are the answers to sampling and elicitation, posted or sent along', () => {
    const sampled = { role: 'assistant', model: 'm', content: { type: 'text', text: 'hello' } }
    const elicited = { action: 'accept', content: { name: 'Ann', tags: ['a'] } }
    const posted = slotsOf(message({ jsonrpc: '2.0', id: 's1', result: sampled }))
    expect(posted).toMatchObject({ '/result/content/text': 'hello | prompt', '/result/content/type': 'text | prompt opaque' })
    const sent = slotsOf(
      request('tools/call', { name: 't', arguments: {}, inputResponses: { q1: elicited, q2: sampled }, requestState: 'st' }),
    )
    expect(sent).toMatchObject({
      '/params/inputResponses/q1#': 'q1 | prompt opaque',
      '/params/inputResponses/q1/content/tags#': 'tags | prompt opaque',
      '/params/inputResponses/q1/content/name': 'Ann | prompt',
      '/params/inputResponses/q1/content/tags/0': 'a | prompt',
      '/params/inputResponses/q1/action': 'accept | prompt opaque',
      '/params/inputResponses/q2/content/text': 'hello | prompt',
      '/params/requestState': 'st | tool-arguments opaque',
    })
  })

  it('are the fields of a form even when they pose as an image', () => {
    const form = { action: 'accept', content: { type: 'image', mimeType: 'image/png', data: 'words', name: 'n' } }
    expect(slotsOf(message({ jsonrpc: '2.0', id: 's1', result: form }))).toMatchObject({
      '/result/content/data': 'words | prompt opaque',
      '/result/content/name': 'n | prompt',
    })
  })

  it('are everything in a method nobody knows and in a plain body', () => {
    expect(slotsOf(request('vendor/do', { name: 'free', list: [['x']] }))).toMatchObject({
      '/params/name': 'free | tool-arguments',
      '/params/list/0/0': 'x | tool-arguments',
    })
    expect(slotsOf(message({ ask: 'hi', n: 1 }))).toEqual({ '/ask#': 'ask | prompt', '/ask': 'hi | prompt', '/n#': 'n | prompt' })
    expect(slotsOf(message('just text'))).toEqual({ '': 'just text | prompt' })
  })

  it('never leaves out an argument of a prompt, a URI or a reason', () => {
    expect(slotsOf(request('prompts/get', { name: 'p', arguments: { topic: 'x' } }))['/params/arguments/topic']).toBe('x | prompt')
    expect(slotsOf(request('resources/read', { uri: 'file:///a' }))['/params/uri']).toBe('file:///a | tool-arguments opaque')
    const cancel = message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'why' } })
    expect(slotsOf(cancel)['/params/reason']).toBe('why | tool-arguments')
    const completion = request('completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: 'v' } })
    expect(slotsOf(completion)['/params/argument/value']).toBe('v | tool-arguments')
  })
})

describe('outward slots', () => {
  it('are found by shape: tool results', () => {
    const seen = slotsOf(
      reply({
        content: [
          { type: 'text', text: '{"a":1}' },
          { type: 'image', mimeType: 'image/png', data: 'aGVsbG8=' },
          { type: 'resource_link', uri: 'x:y', name: 'n', description: 'd' },
          { type: 'resource', resource: { uri: 'x:z', mimeType: 'text/plain', blob: 'aGVsbG8=' } },
        ],
        structuredContent: { mail: 'a@b' },
        isError: false,
      }),
    )
    expect(seen).toMatchObject({
      '/result/content/0/text': '{"a":1} | tool-result json',
      '/result/content/2/uri': 'x:y | tool-result opaque',
      '/result/content/2/description': 'd | tool-result',
      '/result/content/3/resource/blob': 'hello | resource base64',
      '/result/structuredContent/mail#': 'mail | tool-result structured',
      '/result/structuredContent/mail': 'a@b | tool-result structured',
    })
    expect(seen['/result/content/1/data']).toBeUndefined()
  })

  it('are found by shape: definitions, with names and schema words opaque', () => {
    const inputSchema = {
      type: 'object',
      properties: { q: { type: 'string', description: 'what', enum: ['a'], 'x-mcp-header': 'Q' } },
      $defs: { d: { anyOf: [{ title: 't' }] } },
      'x-vendor': { note: 'free' },
    }
    expect(slotsOf(reply({ tools: [{ name: 'n', description: 'desc', inputSchema }], nextCursor: 'c' }))).toMatchObject({
      '/result/tools/0/name': 'n | tool-definition opaque',
      '/result/tools/0/description': 'desc | tool-definition',
      '/result/tools/0/inputSchema/properties/q#': 'q | tool-definition opaque',
      '/result/tools/0/inputSchema/properties/q/description': 'what | tool-definition',
      '/result/tools/0/inputSchema/properties/q/enum/0': 'a | tool-definition opaque',
      '/result/tools/0/inputSchema/properties/q/x-mcp-header': 'Q | tool-definition opaque',
      '/result/tools/0/inputSchema/$defs/d/anyOf/0/title': 't | tool-definition',
      '/result/tools/0/inputSchema/x-vendor/note': 'free | tool-definition',
      '/result/nextCursor': 'c | tool-result opaque',
    })
  })

  it('are found by shape: resources, prompts, instructions, errors, questions', () => {
    expect(slotsOf(reply({ contents: [{ uri: 'u', text: 'body' }] }))['/result/contents/0/text']).toBe('body | resource')
    expect(slotsOf(reply({ messages: [{ role: 'user', content: { type: 'text', text: 'do' } }] }))['/result/messages/0/content/text']).toBe(
      'do | prompt',
    )
    expect(slotsOf(reply({ instructions: 'be good' }))['/result/instructions']).toBe('be good | tool-definition')
    expect(slotsOf(reply({ completion: { values: ['v'] } }))['/result/completion/values/0']).toBe('v | tool-result')
    const error = message({ jsonrpc: '2.0', error: { code: 1, message: 'boom', data: { stack: ['at x'] } } }, 'outward')
    expect(slotsOf(error)).toMatchObject({ '/error/message': 'boom | tool-result', '/error/data/stack/0': 'at x | tool-result' })
    const ask = { method: 'elicitation/create', params: { message: 'who?', requestedSchema: { properties: { p: { title: 'P' } } } } }
    expect(slotsOf(reply({ resultType: 'input_required', inputRequests: { k: ask }, requestState: 's' }))).toMatchObject({
      '/result/inputRequests/k/params/message': 'who? | tool-result',
      '/result/inputRequests/k/params/requestedSchema/properties/p/title': 'P | tool-definition',
      '/result/requestState': 's | tool-result opaque',
    })
    expect(slotsOf(message({ jsonrpc: '2.0', id: 9, ...ask }, 'outward'))['/params/message']).toBe('who? | tool-result')
    const log = message({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: { x: 'y' } } }, 'outward')
    expect(slotsOf(log)['/params/data/x']).toBe('y | tool-result')
  })

  it('cannot be dodged by putting another type where text or a list is expected', () => {
    const odd = reply({
      content: 'c',
      tools: 't',
      contents: { text: 'r' },
      messages: ['m'],
      structuredContent: 's',
      error: 'e',
      completion: 'v',
    })
    const seen = Object.keys(slotsOf(odd))
    for (const member of ['content', 'tools', 'contents/text', 'messages/0', 'structuredContent', 'error', 'completion'])
      expect(seen).toContain(`/result/${member}`)
    expect(slotsOf(reply({ content: [{ type: 'text', text: { deep: ['x'] } }] }))['/result/content/0/text/deep/0']).toBe('x | tool-result')
  })
})

describe('mapSlots', () => {
  it('gives back the very same value when nothing changes', () => {
    const calls = [
      request('tools/call', { name: 'a', arguments: { x: ['y', 1, null] } }),
      reply({ content: [{ type: 'text', text: 'x' }] }),
    ]
    for (const call of calls) {
      const outcome = mapSlots(call, (text) => text)
      expect(outcome).toEqual({ changed: false, value: call.value, truncated: false, refused: 0 })
      expect(outcome.value).toBe(call.value)
    }
  })

  it('copies only what changed and never touches the original', () => {
    const call = request('tools/call', { name: 'a', arguments: { keep: { n: 1 }, LOUD: { x: 'y' } } })
    const before = structuredClone(call.value)
    const { changed, value } = mapSlots(call, (text, slot) => (slot.key ? text : text.toUpperCase()))
    expect(changed).toBe(true)
    expect(call.value).toEqual(before)
    expect(value).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'a', arguments: { keep: { n: 1 }, LOUD: { x: 'Y' } } },
    })
    const argumentsOf = (of: unknown) => (of as { params: { arguments: { keep: unknown } } }).params.arguments
    expect(argumentsOf(value).keep).toBe(argumentsOf(call.value).keep)
  })

  it('counts replacements it may not make', () => {
    const { value, changed, refused } = shout(request('resources/read', { uri: 'file:///a' }))
    expect({ changed, refused }).toEqual({ changed: false, refused: 2 })
    expect(value).toMatchObject({ params: { uri: 'file:///a' } })
  })

  it('renames members in place and keeps both when names collide', () => {
    const { value } = shout(message({ a: '1', A: '2', b: '3', n: 4 }))
    expect(JSON.stringify(value)).toBe('{"A~2":"1","A":"2","B":"3","N":4}')
    const same = mapSlots(message({ x: 1, y: 2, z: 3 }), (text, slot) => (slot.key ? 'k' : text))
    expect(JSON.stringify(same.value)).toBe('{"k":1,"k~2":2,"k~3":3}')
  })

  it('stays linear when every key gets the same new name', () => {
    const wide = (count: number) => message(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])))
    const time = (of: Message) => {
      const started = performance.now()
      const { value } = mapSlots(of, () => '[X]')
      const spent = performance.now() - started
      expect(Object.keys(value as object)).toHaveLength(Object.keys(of.value as object).length)
      return spent
    }
    const [small, large] = [wide(5_000), wide(50_000)]
    time(small)
    expect(time(large)).toBeLessThan(60 * Math.max(time(small), 2))
  })

  it('shows numbers when asked to, never opaque ones, and replaces them by text', () => {
    const of = reply({ structuredContent: { card: 4111111111111111, n: 1 }, content: [], ttlMs: 5 })
    const outcome = mapSlots(of, (text, slot) => (slot.numeric && text.length > 9 ? 'X' : text), { numbers: true })
    expect(outcome.value).toMatchObject({ id: 1, result: { structuredContent: { card: 'X', n: 1 }, ttlMs: 5 } })
    expect(mapSlots(of, (text, slot) => (slot.numeric ? 'X' : text)).changed).toBe(false)
  })

  it('keeps a member named __proto__ a member', () => {
    const { value } = mapSlots(message(JSON.parse('{"__proto__":"x","a":"y"}')), (text, slot) => (slot.key ? text : `${text}!`))
    expect(JSON.stringify(value)).toBe('{"__proto__":"x!","a":"y!"}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('works where Object.prototype is frozen, whatever members are called', () => {
    const text = '{"toString":"x","constructor":"y","hasOwnProperty":["z"]}'
    const frozen = Object.getOwnPropertyDescriptors(Object.prototype)
    // Not frozen for real, for that cannot be undone: read-only is what makes assignment fail.
    for (const [name, descriptor] of Object.entries(frozen)) {
      if ('value' in descriptor) Object.defineProperty(Object.prototype, name, { ...descriptor, writable: false })
    }
    try {
      const { value } = mapSlots(message(JSON.parse(text)), (leaf, slot) => (slot.key ? leaf : `${leaf}!`))
      expect(JSON.stringify(value)).toBe('{"toString":"x!","constructor":"y!","hasOwnProperty":["z!"]}')
    } finally {
      Object.defineProperties(Object.prototype, frozen)
    }
  })

  it('encodes base64 text again', () => {
    const { value } = shout(reply({ contents: [{ uri: 'u', mimeType: 'application/vnd.x+json; charset=utf-8', blob: 'eyJhIjoiYiJ9' }] }))
    expect(value).toMatchObject({ result: { contents: [{ blob: btoa('{"A":"B"}') }] } })
  })

  it('says so when it could not look at everything', () => {
    let deep: unknown = 'secret'
    for (let i = 0; i < 20; i++) deep = [deep]
    expect(mapSlots(message(deep), (text) => text, { maxDepth: 20 }).truncated).toBe(false)
    expect(mapSlots(message(deep), (text) => text, { maxDepth: 19 }).truncated).toBe(true)
    expect(mapSlots(message(['a', 'b', 'c']), (text) => text, { maxNodes: 3 }).truncated).toBe(false)
    expect(mapSlots(message(['a', 'b', 'c']), (text) => text, { maxNodes: 2 }).truncated).toBe(true)
    const blob = reply({ contents: [{ uri: 'u', mimeType: 'text/plain', blob: btoa('x'.repeat(100)) }] })
    expect(mapSlots(blob, (text) => text, { maxEncodedBytes: 99 }).truncated).toBe(true)
  })

  it('walks 100,000 levels without a stack', () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(mapSlots({ ...message(''), value: deep }, (text) => `${text}!`, { maxDepth: 200_000 }).changed).toBe(true)
  })

  it('is the identity on random messages under the identity', () => {
    const { seed, below, pick } = random()
    const keys = [
      'content',
      'text',
      'tools',
      'params',
      'arguments',
      '_meta',
      'x',
      'inputSchema',
      'properties',
      'blob',
      'data',
      'result',
      'type',
    ]
    const make = (depth: number): unknown => {
      const kind = below(depth > 0 ? 5 : 3)
      if (kind === 0) return pick(['', 'a', '{"a":1}', 'aGVsbG8='])
      if (kind === 1) return pick([1, null, true])
      if (kind === 2) return pick(['image/png', 'text/plain'])
      if (kind === 3) return Array.from({ length: below(4) }, () => make(depth - 1))
      return Object.fromEntries(Array.from({ length: below(5) }, () => [pick(keys), make(depth - 1)]))
    }
    for (let round = 0; round < 1000; round++) {
      const value = { jsonrpc: '2.0', id: 1, ...(below(2) ? { method: 'tools/call', params: make(5) } : { result: make(6) }) }
      const direction = pick(['inward', 'outward'] as const)
      const of = message(value, direction)
      const outcome = mapSlots(of, (text) => text)
      expect(outcome.value, `seed ${seed}`).toBe(value)
      const before = JSON.stringify(value)
      mapSlots(of, (text, slot: Slot) => `${text}${slot.pointer}`)
      expect(JSON.stringify(value), `seed ${seed}`).toBe(before)
    }
  })
})

describe('mapJsonText', () => {
  it('works inside the leaves and keeps layout and numbers', () => {
    const text = '{ "a": "x\\u0041",\n "n": 12345678901234567890, "k": ["a"] }'
    const { value } = mapSlots(reply({ content: [{ type: 'text', text }] }), (whole, slot) =>
      slot.jsonText ? mapJsonText(whole, slot, (leaf, inner) => (inner.key ? leaf : leaf.toLowerCase())) : whole,
    )
    expect(value).toMatchObject({ result: { content: [{ text: '{ "a": "xa",\n "n": 12345678901234567890, "k": ["a"] }' }] } })
  })
})
