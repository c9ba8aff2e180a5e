import type { Message } from '../core/message.ts'
import { blocks, contents, implementation, listed, meta, schema, tool } from './blocks.ts'
import { list, object, type Place, sealed, tree } from './place.ts'
import type { SlotKind } from './slot.ts'

/**
 * Where untrusted text sits, as data. Inward by method, because the method says what the server will do with it.
 * Outward by shape, because on resumed streams, replays and batches nobody knows which request a result answers.
 */

const sent: SlotKind = 'tool-arguments'
const exact = sealed(sent)

/** Answers of the user or its model to what the server asked. */
const answer: Place = object('prompt', {
  role: sealed('prompt'),
  action: sealed('prompt'),
  content: answerContent(),
  stopReason: sealed('prompt'),
  model: tree('prompt'),
  roots: list(object('prompt', { uri: sealed('prompt') })),
  resultType: sealed('prompt'),
  _meta: meta('prompt'),
})

/**
 * Sampling answers hold content blocks, elicitation answers the fields of a form whose names the server chose; which of the two it is
 * only the server knows. So a form field called `name` may be rewritten, and one called `data` is looked at whatever it claims to be.
 */
function answerContent(): Place {
  const { members } = blocks('prompt').rest as Place
  const either = new Map([...(members ?? []), ['name', tree('prompt')], ['data', sealed('prompt')]] as const)
  return { kind: 'prompt', members: either, rest: tree('prompt'), keys: 'opaque' }
}

function params(members: Readonly<Record<string, Place>> = {}, kind: SlotKind = sent): Place {
  return object(kind, { _meta: meta(kind), cursor: exact, requestState: exact, inputResponses: list(answer, 'opaque'), ...members })
}

const named = params({ name: exact, arguments: tree(sent), task: exact })
const addressed = params({ uri: exact })
const tasked = params({ taskId: exact })

const inwardParams: ReadonlyMap<string, Place> = new Map([
  ['tools/call', named],
  ['prompts/get', params({ name: exact, arguments: tree('prompt', { keys: 'opaque' }) })],
  [
    'completion/complete',
    params({
      ref: object(sent, { type: exact, name: exact, uri: exact }),
      argument: object(sent, { name: exact, value: tree(sent) }),
      context: object(sent, { arguments: tree(sent, { keys: 'opaque' }) }),
    }),
  ],
  ['resources/read', addressed],
  ['resources/directory/read', addressed],
  ['resources/subscribe', addressed],
  ['resources/unsubscribe', addressed],
  ['subscriptions/listen', params({ notifications: exact })],
  ['logging/setLevel', params({ level: exact })],
  ['initialize', params({ protocolVersion: exact, capabilities: exact, clientInfo: implementation(sent) })],
  ['tasks/get', tasked],
  ['tasks/result', tasked],
  ['tasks/cancel', tasked],
  ['tasks/update', tasked],
  ['notifications/cancelled', params({ requestId: exact, reason: tree(sent) })],
  ['notifications/progress', params({ progressToken: exact, message: tree(sent) })],
  ['notifications/tasks/status', params({ taskId: exact, status: exact, statusMessage: tree(sent) })],
])

const found: SlotKind = 'tool-result'
const foundExact = sealed(found)
const defined: SlotKind = 'tool-definition'

const failure: Place = object(found, { code: foundExact, message: tree(found), data: tree(found) })

/** What servers ask of users and models, as requests of their own or inside `inputRequests`. */
const asked: Place = object(found, {
  // sampling/createMessage
  systemPrompt: tree('prompt'),
  messages: list(object('prompt', { role: sealed('prompt'), content: blocks('prompt') })),
  tools: list(tool()),
  stopSequences: tree('prompt'),
  metadata: tree('prompt'),
  modelPreferences: tree('prompt'),
  includeContext: foundExact,
  toolChoice: foundExact,
  // elicitation/create
  mode: foundExact,
  message: tree(found),
  requestedSchema: schema(defined),
  url: foundExact,
  elicitationId: foundExact,
  // notifications
  level: foundExact,
  logger: tree(found),
  data: tree(found),
  progressToken: foundExact,
  requestId: foundExact,
  reason: tree(found),
  uri: foundExact,
  task: foundExact,
  taskId: foundExact,
  status: foundExact,
  createdAt: foundExact,
  lastUpdatedAt: foundExact,
  statusMessage: tree(found),
  subscriptionId: foundExact,
  _meta: meta(found),
})

const inputRequests = list(object(found, { method: foundExact, params: asked }), 'opaque')

const result: Place = outwardResult()

function outwardResult(): Place {
  const task = { taskId: foundExact, status: foundExact, createdAt: foundExact, lastUpdatedAt: foundExact, statusMessage: tree(found) }
  const members: Record<string, Place> = {
    ...task,
    content: blocks(found),
    structuredContent: tree(found, { structured: true }),
    contents: list(contents('resource')),
    messages: list(object('prompt', { role: sealed('prompt'), content: blocks('prompt') })),
    description: tree('prompt'),
    tools: list(tool()),
    prompts: list(listed()),
    resources: list(listed()),
    resourceTemplates: list(listed()),
    completion: object(found, { values: tree(found) }),
    instructions: tree(defined),
    serverInfo: implementation(defined),
    protocolVersion: foundExact,
    supportedVersions: foundExact,
    capabilities: foundExact,
    nextCursor: foundExact,
    requestState: foundExact,
    resultType: foundExact,
    cacheScope: foundExact,
    subscriptionId: foundExact,
    inputRequests,
    task: object(found, task),
    tasks: list(object(found, task)),
    error: failure,
    _meta: meta(found),
  }
  const map = new Map(Object.entries(members))
  const place: Place = { kind: found, members: map, rest: tree(found) }
  // tasks/get of the tasks extension carries the finished result inside its own.
  map.set('result', place)
  return place
}

function envelope(kind: SlotKind, members: Readonly<Record<string, Place>>): Place {
  const word = sealed(kind)
  return object(kind, { jsonrpc: word, id: word, method: word, ...members })
}

const inwardMessages: ReadonlyMap<string, Place> = new Map(
  [...inwardParams].map(([method, place]) => [method, envelope(sent, { params: place })]),
)
const inwardOther = envelope(sent, { params: params() })
const inwardResponse = envelope('prompt', {
  result: answer,
  error: object('prompt', { code: sealed('prompt'), message: tree('prompt'), data: tree('prompt') }),
})
const outwardRequest = envelope(found, {
  params: object(found, { ...Object.fromEntries(asked.members ?? []), inputRequests, result, error: failure }),
})
const outwardResponse = envelope(found, { result, error: failure })
const plainInward = tree('prompt')
const plainOutward = tree(found, { mirror: true })

/** The map of a message: what is known of its root. */
export function placeOf(message: Pick<Message, 'kind' | 'direction' | 'method'>): Place {
  if (message.kind === 'plain') return message.direction === 'inward' ? plainInward : plainOutward
  if (message.direction === 'outward') return message.kind === 'response' ? outwardResponse : outwardRequest
  if (message.kind === 'response') return inwardResponse
  return inwardMessages.get(message.method ?? '') ?? inwardOther
}
