import { mirroredHeaders } from '../../mcp/headers.ts'
import type { ExchangeSource } from '../exchange.ts'
import { EngineExchange } from './exchange.ts'
import { tightest } from './intake.ts'
import type { EngineOptions, EngineParts } from './parts.ts'

/** Paths remembered as MCP; the oldest is forgotten. */
const maxPaths = 1024

/** Builds the machine that adapters open exchanges on. */
export function createEngine(options: EngineOptions): ExchangeSource {
  const answered = new Set<string>()
  const parts: EngineParts = {
    ...options,
    limits: tightest(options.guards),
    newId: () => crypto.randomUUID(),
    answeredMcp: (path) => answered.has(path),
    noteAnswer(state, head) {
      // Only an answer counts: a caller must not be able to turn a path into an MCP route by asking.
      if (state.mcp === undefined || head.status >= 300 || answered.has(state.request.path)) return
      if (answered.size >= maxPaths) answered.delete(answered.keys().next().value as string)
      answered.add(state.request.path)
    },
    ownReply(denial, state) {
      try {
        return options.onDenial?.(denial, state)
      } catch {
        // A refusal stays a refusal when the operator's wording of it fails.
        return undefined
      }
    },
    mirror: (before, after, state) =>
      mirroredHeaders(before.value, after.value, state.request.headers, options.headerParams?.(before.tool, state)),
  }
  return { open: (request, gone) => new EngineExchange(parts, request, gone) }
}
