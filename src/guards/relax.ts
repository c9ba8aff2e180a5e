import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { defineGuard, type Guard } from '../core/guard.ts'

/** Guards whose work comes after the route was chosen, and that a route may therefore do without. */
export type Relaxable = 'output' | 'definitions' | 'tools' | 'input'

/**
 * Loosens one route, by the operator's word alone: `app.get('/export', guard(relax({ output: false })), handler)`.
 *
 * It takes effect from the route on. What an outer `safeMcp()` judged before the route was reached (limits, origin, identity, a body
 * already scanned) stays judged; for those use `paths` or `skip`. No request can loosen anything.
 */
export function relax(guards: { readonly [name in Relaxable]?: false }): Guard {
  checkKeys(guards, ['output', 'definitions', 'tools', 'input'], 'relax')
  for (const [name, value] of Object.entries(guards)) {
    if (value !== false) throw new SafeMcpConfigError({ code: 'invalid_option', path: `relax.${name}`, message: 'must be false.' })
  }
  return defineGuard({ name: 'relax', onRequest: (ctx) => ctx.relax(guards as Record<string, false>) })
}
