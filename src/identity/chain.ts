import { type Clock, systemClock } from '../core/clock.ts'
import type { ChainReport, ComponentReport } from '../core/principal.ts'
import { DeadlineError, withDeadline } from '../lib/deadline.ts'
import type { ComponentDirectory, ComponentRecord } from './component.ts'

export interface ChainRules {
  /** Verification within this flow. */
  readonly flow?: string | undefined
  /** Whether a chain without components is valid. Default false. */
  readonly allowEmpty?: boolean | undefined
  /** Longest chain looked at. Default 16; a longer one is invalid without a single lookup. */
  readonly maxComponents?: number | undefined
  /** For all lookups together. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /** Trust domains components must belong to. Default: any. */
  readonly trustDomains?: readonly string[] | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks up every component of a chain and says which are who they claim to be (the AZTP design's SAFE-T1007).
 *
 * Each fault has its own reason: `No AZTP identity found`, `revoked`, `inactive`, `unverified` (or what the directory says), `foreign-trust-domain`,
 * `unreachable`, `malformed`, `repeated`, `too-many`.
 * The chain is valid only when all components are; never rejects.
 *
 * @param ids component names or AZTP ids, from the origin to the caller
 * @example const report = await verifyComponentChain(['planner', 'web-search'], registry)
 */
export async function verifyComponentChain(
  ids: readonly string[],
  directory: ComponentDirectory,
  rules: ChainRules = {},
): Promise<ChainReport> {
  const { clock = systemClock, maxComponents = 16, timeoutMs = 2000, allowEmpty = false } = rules
  const verifiedAt = new Date(clock.now()).toISOString()
  const tooMany = ids.length > maxComponents
  const seen = new Set<string>()
  const components = await Promise.all(
    ids.slice(0, maxComponents).map(async (id): Promise<ComponentReport> => {
      if (typeof id !== 'string' || !isComponentId(id))
        return invalid(typeof id === 'string' ? 'malformed' : String(typeof id), 'malformed', verifiedAt)
      if (tooMany) return invalid(id, 'too-many', verifiedAt)
      if (seen.has(id)) return invalid(id, 'repeated', verifiedAt)
      seen.add(id)
      try {
        const options = { flow: rules.flow }
        const record = await withDeadline(timeoutMs, async (signal) => directory.lookup(id, { ...options, signal }), rules.signal)
        return record === undefined ? noIdentity(id, verifiedAt) : judge(id, record, rules, verifiedAt)
      } catch (error) {
        return invalid(id, error instanceof DeadlineError ? 'unreachable: timeout' : 'unreachable', verifiedAt, 'UNREACHABLE')
      }
    }),
  )
  const valid = components.filter((component) => component.valid).length
  return {
    valid: components.length === 0 ? allowEmpty : valid === components.length,
    components,
    score: components.length === 0 ? 0 : (100 * valid) / components.length,
    verifiedAt,
  }
}

function judge(id: string, record: ComponentRecord, rules: ChainRules, verifiedAt: string): ComponentReport {
  const { status, verified = true } = record
  const foreign = rules.trustDomains !== undefined && !rules.trustDomains.includes(record.trustDomain ?? '')
  const active = status === 'active'
  const fault = !active
    ? status === 'revoked'
      ? 'revoked'
      : 'inactive'
    : verified !== true
      ? (record.reason ?? 'unverified')
      : foreign
        ? 'foreign-trust-domain'
        : undefined
  const valid = fault === undefined
  return {
    id,
    status,
    valid,
    aztpId: record.aztpId,
    identityType: record.identityType ?? 'unknown',
    createdAt: record.createdAt,
    verifiedAt,
    securityLevel: valid ? 'SECURE' : 'INSECURE',
    reason: fault,
  }
}

function noIdentity(id: string, verifiedAt: string): ComponentReport {
  return invalid(id, 'No AZTP identity found', verifiedAt, 'NO_IDENTITY')
}

function invalid(id: string, reason: string, verifiedAt: string, status = 'INVALID'): ComponentReport {
  return { id, status, valid: false, identityType: 'unknown', verifiedAt, securityLevel: 'INSECURE', reason }
}

/** Names are the directory's business; ones that are empty, hold control characters or exceed 512 characters are nobody's. */
function isComponentId(text: string): boolean {
  return text !== '' && text.length <= 512 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
}

/** In a header: printable ASCII without white space, quotes, commas or backslashes. */
function isHeaderId(text: string): boolean {
  return text.length <= 512 && /^[!#$%&'()*+\-./0-9:;=?@A-Z_a-z~]+$/.test(text)
}

/** A chain in a header: ids between commas, origin first. Undefined when malformed; nothing is repaired. */
export function parseChainHeader(value: string, maxComponents = 16): readonly string[] | undefined {
  if (value.length > 8192) return undefined
  const ids = value.split(',', maxComponents + 1).map((id) => id.trim())
  return ids.length <= maxComponents && ids.every(isHeaderId) ? ids : undefined
}
