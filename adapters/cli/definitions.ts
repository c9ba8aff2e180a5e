import type { Finding } from '../../src/core/finding.ts'
import type { Message } from '../../src/core/message.ts'
import { inspectDefinitions } from '../../src/definitions/inspect.ts'
import { own } from '../../src/lib/json-object.ts'
import { fromPointer } from '../../src/lib/json-pointer.ts'
import type { Scanner } from '../../src/scan/scanner.ts'
import type { ServerDescription } from './mcp-server.ts'

/** Judges what a server tells models, as the definitions guard would. Pointers start at `/result`. */
export function inspectServer(
  { instructions, lists }: Pick<ServerDescription, 'instructions' | 'lists'>,
  scanner: Scanner,
): readonly Finding[] {
  const value = { jsonrpc: '2.0', id: 1, result: { instructions, ...lists } }
  const message: Message = { kind: 'response', direction: 'outward', mediaType: 'application/json', text: '', value }
  return inspectDefinitions(message, scanner, 'monitor').findings
}

/** A pointer for people: `tools send_mail /description` for `/result/tools/3/description`. */
export function placeOf(pointer: string, lists: ServerDescription['lists']): string {
  const [, list = '', index = '', ...rest] = fromPointer(pointer) ?? []
  const item = own(lists, list)
  const named = Array.isArray(item) ? item[Number(index)] : undefined
  const name = own(named, 'name') ?? own(named, 'uri') ?? own(named, 'uriTemplate')
  if (typeof name !== 'string') return pointer.replace(/^\/result\//, '')
  return `${list} ${name}${rest.length === 0 ? '' : ` /${rest.join('/')}`}`
}
