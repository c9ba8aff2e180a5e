import { comparable, Wire } from './wire.mjs'

/**
 * A conversation that touches everything a server of `test/conformance` has, recorded as bytes. It compares what the conformance
 * suite does not look at: base64 content, headers, event ids, `retry`, the order of members, white space.
 *
 * @returns the answers in order, each under the name of its step, with what differs in every run masked.
 */
export async function recordSession(url) {
  const wire = new Wire(url)
  const steps = []
  const keep = (name, record) => steps.push({ name, ...comparable(record) })
  for (const revision of ['2025-03-26', '2025-06-18', '2025-11-25']) await legacySession({ wire, keep, revision })
  await modernRequests({ wire, keep })
  return steps
}

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const capabilities = { elicitation: {}, sampling: {}, roots: {} }
const clientInfo = { name: 'bytes', version: '1.0.0' }

/** Requests of both eras; the names of tools and resources are those of `test/conformance/everything`. */
const common = [
  ['tools/list', {}],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['prompts/list', {}],
  ...['static-text', 'static-binary', 'watched-resource', 'template/7%20x/data'].map((path) => [
    'resources/read',
    { uri: `test://${path}` },
  ]),
  ['prompts/get', { name: 'test_simple_prompt' }],
  ['prompts/get', { name: 'test_prompt_with_arguments', arguments: { arg1: 'one', arg2: 'zwei \u00e4' } }],
  ['prompts/get', { name: 'test_prompt_with_embedded_resource', arguments: { resourceUri: 'test://example' } }],
  ['prompts/get', { name: 'test_prompt_with_image' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' }, argument: { name: 'arg1', value: 'Pa' } }],
  ...[
    'test_simple_text',
    'test_image_content',
    'test_audio_content',
    'test_embedded_resource',
    'test_multiple_content_types',
    'every_byte',
    'test_error_handling',
    'test_tool_with_progress',
    'no_such_tool',
  ].map((name) => ['tools/call', { name, arguments: {} }]),
  ['tools/call', { name: 'structured', arguments: { city: 'Z\u00fcrich' } }],
  ['tools/call', { name: 'structured', arguments: { city: 1 } }],
  ['tools/call', { name: 'json_schema_2020_12_tool', arguments: { name: 'Ada', contactMethod: 'phone', phone: '1' } }],
]

async function legacySession({ wire, keep, revision }) {
  let id = 0
  const headers = { ...json }
  const streamHeaders = () => {
    const { 'content-type': _, ...rest } = headers
    return { ...rest, accept: 'text/event-stream' }
  }
  const rpc = (method, params) => JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })
  const ask = async (method, params, name = `${revision} ${method} ${params?.name ?? params?.uri ?? ''}`) =>
    keep(name, await wire.send('POST', headers, rpc(method, params)))

  const opened = await wire.open('POST', headers, rpc('initialize', { protocolVersion: revision, capabilities, clientInfo }))
  await opened.ended
  keep(`${revision} initialize`, opened.record())
  headers['mcp-session-id'] = opened.header('mcp-session-id')
  if (revision !== '2025-03-26') headers['mcp-protocol-version'] = revision
  keep(`${revision} initialized`, await wire.send('POST', headers, '{"jsonrpc":"2.0","method":"notifications/initialized"}'))

  const stream = await wire.open('GET', streamHeaders())
  await ask('resources/subscribe', { uri: 'test://watched-resource' })
  await stream.until(/resources\/updated[^\n]*\n\n/)
  await stream.hangUp()
  keep(`${revision} standalone stream`, stream.record())

  await ask('ping')
  await ask('logging/setLevel', { level: 'debug' })
  for (const [method, params] of common) await ask(method, params)
  await ask('tools/call', { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 'p-1' } }, `${revision} progress`)
  await ask('tools/call', { name: 'test_tool_with_logging', arguments: {} })
  await ask('no/such/method', {})
  // White space and escapes that a parser and a serialiser would lose.
  keep(
    `${revision} odd spelling`,
    await wire.send(
      'POST',
      headers,
      ` {"jsonrpc" : "2.0","id":"\\u0061", "method":"tools\\/call",\n"params":{"name":"test_simple_text","arguments":{}}} `,
    ),
  )
  if (revision === '2025-03-26') {
    keep(`${revision} batch`, await wire.send('POST', headers, `[${rpc('ping')},${rpc('tools/call', { name: 'every_byte' })}]`))
  }

  await answering(
    wire,
    keep,
    headers,
    `${revision} elicitation`,
    rpc('tools/call', { name: 'test_elicitation', arguments: { message: 'Well?' } }),
    {
      action: 'accept',
      content: { response: 'yes \u00e9' },
    },
  )
  await answering(
    wire,
    keep,
    headers,
    `${revision} sampling`,
    rpc('tools/call', { name: 'test_sampling', arguments: { prompt: 'Say hi' } }),
    {
      role: 'assistant',
      content: { type: 'text', text: 'hi' },
      model: 'none',
    },
  )

  if (revision === '2025-11-25') {
    const cut = await wire.open('POST', headers, rpc('tools/call', { name: 'test_reconnection', arguments: {} }))
    await cut.ended
    keep(`${revision} stream that hangs up`, cut.record())
    const [, last] = /^id: (.+)$/m.exec(cut.text)
    const resumed = await wire.open('GET', { ...streamHeaders(), 'last-event-id': last })
    await resumed.until(/"result"[^\n]*\n\n/)
    await resumed.hangUp()
    keep(`${revision} resumption`, resumed.record())
  }

  keep(`${revision} wrong accept`, await wire.send('POST', { ...headers, accept: 'application/json' }, rpc('ping')))
  keep(`${revision} delete`, await wire.send('DELETE', streamHeaders()))
  keep(`${revision} after delete`, await wire.send('POST', headers, rpc('ping')))
}

/** A call in which the server asks back on the stream, and is answered by another request. */
async function answering(wire, keep, headers, name, body, result) {
  const call = await wire.open('POST', headers, body)
  const [, id] = await call.until(/"id":([^,}]+)[^\n]*\n\n/)
  keep(`${name}: answer`, await wire.send('POST', headers, `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`))
  await call.ended
  keep(`${name}: call`, call.record())
}

async function modernRequests({ wire, keep }) {
  let id = 0
  const revision = '2026-07-28'
  const open = (method, { _meta, ...params }, extra = {}) => {
    const name = params.name ?? params.uri
    const headers = { ...json, 'mcp-protocol-version': revision, 'mcp-method': method, ...(name && { 'mcp-name': name }), ...extra }
    const meta = {
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      ..._meta,
    }
    return wire.open('POST', headers, JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta: meta } }))
  }
  const ask = async (method, params, name = `${revision} ${method} ${params.name ?? params.uri ?? ''}`, extra = {}) => {
    const answer = await open(method, params, extra)
    await answer.ended
    keep(name, answer.record())
    return answer.text
  }

  await ask('server/discover', {})
  for (const [method, params] of common) await ask(method, params)
  await ask('tools/call', { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 7 } }, `${revision} progress`)
  const logLevel = { 'io.modelcontextprotocol/logLevel': 'info' }
  await ask('tools/call', { name: 'test_logging_tool', arguments: {}, _meta: logLevel }, `${revision} logging`)
  await ask('no/such/method', {})
  for (const [region, value] of [
    ['eu-west', 'eu-west'],
    ['S\u00e3o Paulo', `=?base64?${Buffer.from('S\u00e3o Paulo').toString('base64')}?=`],
  ]) {
    const call = { name: 'test_x_mcp_header', arguments: { region } }
    await ask('tools/call', call, `${revision} mirrored header ${value}`, { 'mcp-param-region': value })
  }

  const accept = (content) => ({ action: 'accept', content })
  const model = { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'none', stopReason: 'endTurn' }
  const questions = {
    elicitation: { user_name: accept({ name: 'Ada' }) },
    sampling: { capital_question: model },
    list_roots: { client_roots: { roots: [{ uri: 'file:///home', name: 'home' }] } },
    request_state: { confirm: accept({ ok: true }) },
    multiple_inputs: { user_name: accept({ name: 'Ada' }), greeting: model, client_roots: { roots: [] } },
  }
  for (const [what, inputResponses] of Object.entries(questions)) {
    const call = { name: `test_input_required_result_${what}`, arguments: {} }
    const [, requestState] = /"requestState":"([^"]+)"/.exec(await ask('tools/call', call, `${revision} ${what}: question`)) ?? []
    await ask('tools/call', { ...call, inputResponses, ...(requestState && { requestState }) }, `${revision} ${what}: answer`)
  }
  const prompt = { name: 'test_input_required_result_prompt' }
  await ask('prompts/get', prompt, `${revision} prompt: question`)
  await ask('prompts/get', { ...prompt, inputResponses: { user_context: accept({ context: 'work' }) } }, `${revision} prompt: answer`)

  const listening = await open('subscriptions/listen', { notifications: { toolsListChanged: true } })
  await listening.until(/acknowledged[^\n]*\n\n/)
  await ask('tools/call', { name: 'test_trigger_tool_change', arguments: {} })
  await listening.until(/tools\/list_changed[^\n]*\n\n/)
  await listening.hangUp()
  keep(`${revision} subscription`, listening.record())
}

/**
 * Where two recordings differ, in words.
 *
 * @param ownRefusals steps which safe-mcp refuses by itself, in its own words; only their status must be the same.
 */
export function compareSessions(bare, guarded, ownRefusals = []) {
  const differences = bare.length === guarded.length ? [] : [`${bare.length} answers without guards, ${guarded.length} with`]
  for (const [i, before] of bare.entries()) {
    const after = guarded[i]
    if (after === undefined || after.name !== before.name) continue
    const parts = ownRefusals.some((pattern) => pattern.test(before.name)) ? ['head'] : ['head', 'headers', 'body']
    for (const part of parts) {
      const [a, b] = [String(before[part]), String(after[part])]
      if (a !== b) differences.push(`${before.name}: ${part}\n    without ${excerpt(a, b)}\n    with    ${excerpt(b, a)}`)
    }
  }
  return differences
}

function excerpt(text, other) {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + 100))
}
