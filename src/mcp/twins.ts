/**
 * Members that some parsers confuse with the protocol's own. Go's `encoding/json`, Jackson and System.Text.Json can match names
 * regardless of case, Go even by Unicode folding (`param\u017f` is `params`): what we judge as absent they would execute.
 */
const members = {
  message: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'],
  params: [
    '_meta',
    'argument',
    'arguments',
    'context',
    'cursor',
    'inputResponses',
    'level',
    'name',
    'notifications',
    'protocolVersion',
    'ref',
    'requestState',
    'task',
    'taskId',
    'uri',
  ],
} as const

type Place = keyof typeof members

const longest = 16
const folded: Readonly<Record<Place, ReadonlyMap<string, string>>> = {
  message: new Map(members.message.map((name) => [fold(name), name])),
  params: new Map(members.params.map((name) => [fold(name), name])),
}

/** The first member whose name is a protocol member's in all but case: its key as written, and the member it imitates. */
export function twinOf(
  value: Readonly<Record<string, unknown>>,
  place: Place,
): { readonly key: string; readonly member: string } | undefined {
  const names = folded[place]
  for (const key of Object.keys(value)) {
    if (key.length > longest || names.get(key) === key) continue
    const member = names.get(fold(key))
    if (member !== undefined && member !== key) return { key, member }
  }
  return undefined
}

/** Simple case folding onto ASCII: besides A-Z only U+017F (s) and U+212A (k) land there. */
function fold(name: string): string {
  const lower = name.toLowerCase()
  return lower.includes('\u017f') ? lower.replaceAll('\u017f', 's') : lower
}
