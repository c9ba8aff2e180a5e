import { list, object, type Place, sealed, tree } from './place.ts'
import type { SlotKind } from './slot.ts'

/** `_meta`: vendor keys and values are free text; what the protocol put there must come back exactly. */
export function meta(kind: SlotKind): Place {
  const exact = sealed(kind)
  return object(
    kind,
    {
      progressToken: exact,
      traceparent: exact,
      tracestate: exact,
      'io.modelcontextprotocol/protocolVersion': exact,
      'io.modelcontextprotocol/clientCapabilities': exact,
      'io.modelcontextprotocol/logLevel': exact,
      'io.modelcontextprotocol/subscriptionId': exact,
      'io.modelcontextprotocol/related-task': exact,
      'io.modelcontextprotocol/clientInfo': implementation(kind),
      'io.modelcontextprotocol/serverInfo': implementation(kind),
    },
    { keys: 'opaque' },
  )
}

/** `clientInfo`, `serverInfo`. */
export function implementation(kind: SlotKind): Place {
  return object(kind, { version: sealed(kind), websiteUrl: sealed(kind), icons: icons(kind) })
}

function icons(kind: SlotKind): Place {
  const exact = sealed(kind)
  return list(object(kind, { src: exact, mimeType: exact, sizes: exact, theme: exact }))
}

/** Content blocks of tool results, prompts and sampling: text, image, audio, resource, resource_link, tool_use, tool_result. */
export function blocks(kind: SlotKind): Place {
  const exact = sealed(kind)
  const members: Record<string, Place> = {
    type: exact,
    text: tree(kind, { mirror: true }),
    data: tree(kind, { blob: true }),
    mimeType: exact,
    uri: exact,
    id: exact,
    toolUseId: exact,
    size: exact,
    icons: icons(kind),
    annotations: object(kind, { audience: exact, lastModified: exact }),
    resource: contents('resource'),
    input: tree(kind),
    structuredContent: tree(kind, { structured: true }),
    _meta: meta(kind),
  }
  const map = new Map(Object.entries(members))
  const block: Place = { kind, members: map, rest: tree(kind) }
  // A tool_use block names its tool, a resource_link its resource: both are compared, neither is prose.
  map.set('name', exact)
  map.set('content', list(block))
  return list(block)
}

/** `resources/read` contents and embedded resources. */
export function contents(kind: SlotKind): Place {
  const exact = sealed(kind)
  return object(kind, {
    uri: exact,
    mimeType: exact,
    text: tree(kind, { mirror: true }),
    blob: tree(kind, { blob: true }),
    _meta: meta(kind),
  })
}

/** A JSON Schema: prose may change, names and values that others compare may not. Recursive through every applicator. */
export function schema(kind: SlotKind): Place {
  const exact = sealed(kind)
  const members = new Map<string, Place>()
  const place: Place = { kind, members, rest: tree(kind), keys: 'free' }
  const named: Place = { kind, rest: place, keys: 'opaque' }
  for (const word of ['$ref', '$dynamicRef', '$id', '$anchor', '$dynamicAnchor', '$schema', '$vocabulary', 'type', 'format', 'pattern']) {
    members.set(word, exact)
  }
  for (const word of ['enum', 'const', 'required', 'dependentRequired', 'contentEncoding', 'contentMediaType', 'x-mcp-header'])
    members.set(word, exact)
  for (const word of ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']) members.set(word, named)
  const single = [
    'items',
    'additionalItems',
    'contains',
    'additionalProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
    'propertyNames',
    'not',
  ]
  for (const word of [...single, 'if', 'then', 'else']) members.set(word, place)
  for (const word of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) members.set(word, { kind, rest: place })
  // `items` may be a list of schemas in old drafts.
  members.set('items', { kind, members, rest: place })
  const prose = tree(kind)
  for (const word of ['title', 'description', '$comment', 'default', 'examples']) members.set(word, prose)
  return place
}

/** An entry of a `tools/list`. */
export function tool(): Place {
  const kind: SlotKind = 'tool-definition'
  const exact = sealed(kind)
  return object(kind, {
    name: exact,
    title: tree(kind),
    description: tree(kind),
    inputSchema: schema(kind),
    outputSchema: schema(kind),
    annotations: object(kind, { title: tree(kind) }),
    execution: exact,
    icons: icons(kind),
    _meta: meta(kind),
  })
}

/** An entry of a prompt, resource or resource template list. */
export function listed(): Place {
  const kind: SlotKind = 'tool-definition'
  const exact = sealed(kind)
  return object(kind, {
    name: exact,
    title: tree(kind),
    description: tree(kind),
    uri: exact,
    uriTemplate: exact,
    mimeType: exact,
    size: exact,
    arguments: list(object(kind, { name: exact, title: tree(kind), description: tree(kind) })),
    annotations: object(kind, { audience: exact, lastModified: exact }),
    icons: icons(kind),
    _meta: meta(kind),
  })
}
