import { defineGuard, type Guard } from '../core/guard.ts'
import { type ChainOptions, createChainCheck } from '../identity/chain-check.ts'

export type { ChainOptions }

/**
 * Lets a request pass only when every component behind it is a known, active identity. Denies with `chain_invalid` (403, no challenge:
 * no other token would help), and with `provider_unavailable` when the directory does not answer.
 *
 * Mount it inside, after the identity guard; the report stands at `req.safeMcp.chain`.
 */
export function chainGuard(options: ChainOptions): Guard {
  const check = createChainCheck(options)
  return defineGuard({
    name: 'chain',
    always: true,
    onRequest: (ctx) => check(ctx),
  })
}
