import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import type { Principal } from '../core/principal.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { type ChainRules, parseChainHeader, verifyComponentChain } from './chain.ts'
import type { ComponentDirectory } from './component.ts'

/**
 * Reads a chain out of a request and says that it is genuine. For delegation protocols: several drafts compete, and we favour none.
 * Undefined: the request carries none of its kind. Rejecting means that it cannot tell.
 */
export interface ChainVerifier {
  readonly name: string
  verify(
    ctx: GuardContext,
  ): MaybePromise<{ readonly ok: true; readonly ids: readonly string[] } | { readonly ok: false; readonly reason: string } | undefined>
}

export interface ChainOptions extends Omit<ChainRules, 'clock' | 'signal'> {
  /** Where components are looked up: `registry()`, `createAztpClient()`, or your own. */
  readonly directory: ComponentDirectory
  /**
   * Where the chain comes from. `token` (default): the subject of the caller's token, unless that is a person, and the actors of its verified `act`
   * claim (RFC 8693), the first to act first.
   * `header`: a list of ids in `header`, claimed by the caller and no more than that. Or a `ChainVerifier` of your own.
   */
  readonly source?: 'token' | 'header' | ChainVerifier | undefined
  /** Name of the header. Default `x-aztp-chain`. */
  readonly header?: string | undefined
}

type Found = { readonly ids: readonly string[] } | { readonly reason: string }

/** Checks the chain of an exchange and attaches the report. Refuses with `chain_invalid`, or `provider_unavailable` when the directory is gone. */
export function createChainCheck(options: ChainOptions): (ctx: GuardContext) => MaybePromise<Verdict | undefined> {
  checkKeys(options, optionNames, 'chain')
  if (typeof options?.directory?.lookup !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'chain.directory',
      message: 'must look components up.',
      suggestion: 'Use `registry()` or `createAztpClient()`.',
    })
  }
  const find = finder(options)
  return (ctx) =>
    andThen(find(ctx), async (found) => {
      if ('reason' in found) return deny('chain_invalid', { reason: found.reason })
      const report = await verifyComponentChain(found.ids, options.directory, { ...options, clock: ctx.clock, signal: ctx.signal })
      ctx.attachChain(report)
      if (report.valid) return undefined
      const faults = report.components.filter((component) => !component.valid)
      if (faults.length > 0 && faults.every((component) => component.status === 'UNREACHABLE')) {
        return deny('provider_unavailable', { reason: 'the component directory does not answer', headers: { 'retry-after': '2' } })
      }
      return deny('chain_invalid', {
        reason: faults.length === 0 ? 'empty chain' : `${faults.length} of ${report.components.length} components are not valid`,
      })
    })
}

function finder(options: ChainOptions): (ctx: GuardContext) => MaybePromise<Found> {
  const { source = 'token', maxComponents = 16 } = options
  if (typeof source === 'object') {
    return (ctx) =>
      andThen(source.verify(ctx), (answer) => {
        if (answer === undefined) return { ids: [] }
        return answer.ok ? { ids: answer.ids } : { reason: answer.reason }
      })
  }
  if (source === 'token') return ({ principal }) => ({ ids: componentsOf(principal) })
  const header = (options.header ?? 'x-aztp-chain').toLowerCase()
  return ({ request }) => {
    const field = request.headers.single(header, 'allowed')
    if (field === undefined) return { ids: [] }
    const ids = field === 'conflict' ? undefined : parseChainHeader(field.value, maxComponents)
    return ids === undefined ? { reason: 'malformed chain header' } : { ids }
  }
}

const optionNames = ['directory', 'source', 'header', 'flow', 'allowEmpty', 'maxComponents', 'timeoutMs', 'trustDomains']

/** Who acted, from the origin to the caller. People are no components: nobody would find them in a directory. */
function componentsOf(principal: Principal | undefined): readonly string[] {
  if (principal === undefined) return []
  const origin = principal.kind === 'user' && principal.aztpId === undefined ? [] : [principal.aztpId ?? principal.subject]
  return [...origin, ...[...principal.chain].reverse()]
}
