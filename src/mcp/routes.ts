/** Every method of every known revision and of the tasks extension, both directions. */
const methods: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/directory/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  'tasks/update',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/roots/list_changed',
  'notifications/elicitation/complete',
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
  'notifications/tasks/status',
])

/** Families that belong to MCP whatever comes after the slash: methods of later revisions are MCP too. */
const families = [
  'tools/',
  'prompts/',
  'resources/',
  'completion/',
  'logging/',
  'sampling/',
  'elicitation/',
  'roots/',
  'tasks/',
  'subscriptions/',
  'notifications/',
]

const byLowerCase: ReadonlyMap<string, string> = new Map([...methods].map((method) => [method.toLowerCase(), method]))

/** True for a method that some revision of MCP defines. */
export function isKnownMethod(method: string): boolean {
  return methods.has(method)
}

/** True for a method of MCP, known or of one of its families. `eth_call` is not: foreign JSON-RPC is left alone. */
export function isMcpMethod(method: string): boolean {
  return methods.has(method) || families.some((family) => method.startsWith(family))
}

/**
 * The method that `method` imitates: `Tools/Call`, `tools/call\0` and full-width or zero-width spellings are twins of `tools/call`.
 * Undefined for the method itself.
 */
export function twinOfMethod(method: string): string | undefined {
  if (method.length > 64 || methods.has(method)) return undefined
  return byLowerCase.get(visibleAscii(method.normalize('NFKC')).toLowerCase())
}

function visibleAscii(text: string): string {
  let visible = ''
  for (const char of text) if (char > ' ' && char < '\u007f') visible += char
  return visible
}
