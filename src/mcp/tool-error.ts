import type { JsonObject } from '../lib/json-object.ts'
import { type RpcId, resultMessage } from './json-rpc.ts'
import type { Era } from './revisions.ts'

/**
 * The answer to `tools/call` that every client hands to its model: a result that says it failed.
 * The modern era throws away results without `resultType`.
 */
export function toolErrorResult(id: RpcId, text: string, era: Era): JsonObject {
  const result = { content: [{ type: 'text', text }], isError: true }
  return resultMessage(id, era === 'modern' ? { resultType: 'complete', ...result } : result)
}
