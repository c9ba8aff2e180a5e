/** Keys by which a caller would speak for the server. */
const privilegedKeys: ReadonlySet<string> = new Set([
  'systemprompt',
  'systemmessage',
  'systeminstruction',
  'systeminstructions',
  'developermessage',
  'isadmin',
  'securitylevel',
  'safemode',
  'bypass',
  'override',
])
const privilegedRoles: ReadonlySet<string> = new Set(['system', 'developer'])
const lists: ReadonlySet<string> = new Set(['messages', 'history', 'conversation', 'conversationhistory', 'context', 'turns'])

const maxNodes = 10_000
const maxDepth = 32

/**
 * Threats in what a request brings along: a history with turns the caller wrote in the server's name, fields that set what only the server
 * may set. At most one of each, so that one list cannot make a level by itself.
 */
export function contextThreats(request: Readonly<Record<string, unknown>>): string[] {
  const found = new Set<string>()
  const stack: { value: unknown; depth: number; inList: boolean }[] = []
  for (const key of Object.keys(request)) {
    if (key === 'input' || key === 'componentChain' || key === 'component_chain' || key === 'userId') continue
    visitMember(key, request[key], 0, false, found, stack)
  }
  for (let nodes = 0; stack.length > 0 && nodes < maxNodes; nodes++) {
    const { value, depth, inList } = stack.pop() as (typeof stack)[number]
    if (Array.isArray(value)) {
      if (inList && alternationBroken(value)) found.add('context_history_manipulation')
      for (const item of value.slice(0, 1000))
        if (typeof item === 'object' && item !== null) stack.push({ value: item, depth: depth + 1, inList })
    } else {
      for (const key of Object.keys(value as object)) {
        visitMember(key, (value as Record<string, unknown>)[key], depth, inList, found, stack)
      }
    }
  }
  return [...found]
}

function visitMember(
  key: string,
  value: unknown,
  depth: number,
  inList: boolean,
  found: Set<string>,
  stack: { value: unknown; depth: number; inList: boolean }[],
): void {
  const folded = key.length > 40 ? key : key.toLowerCase().replaceAll('_', '').replaceAll('-', '')
  if (privilegedKeys.has(folded) && value !== undefined && value !== null && value !== false && value !== '')
    found.add('context_system_field')
  if (folded === 'role' && typeof value === 'string' && privilegedRoles.has(value.trim().toLowerCase())) found.add('context_role_injection')
  if (depth < maxDepth && typeof value === 'object' && value !== null)
    stack.push({ value, depth: depth + 1, inList: inList || lists.has(folded) })
}

/** Two answers in a row: one of them was not written by the model. */
function alternationBroken(turns: readonly unknown[]): boolean {
  let before = ''
  for (const turn of turns.slice(0, 1000)) {
    const role = typeof turn === 'object' && turn !== null ? (turn as { role?: unknown }).role : undefined
    if (typeof role !== 'string') return false
    if (role === 'assistant' && before === 'assistant') return true
    if (role !== 'system' && role !== 'developer') before = role
  }
  return false
}
