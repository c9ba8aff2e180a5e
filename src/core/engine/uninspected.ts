import type { Reply } from '../http.ts'
import type { OutletEnv } from './parts.ts'

/** Refuses what cannot be inspected where content is guarded; elsewhere lets it pass, noted. */
export function closedOrNoted(reason: string, env: OutletEnv): { readonly reply: Reply } | undefined {
  const { state } = env
  state.report({ rule: `output/${reason}`, severity: state.guarded ? 'medium' : 'info' })
  if (!state.guarded || state.mode === 'monitor') return undefined
  return { reply: env.refuse({ code: 'output_blocked', reason }) }
}
