import { checkInteger, checkKeys } from '../core/check-options.ts'
import { type BodyLimits, defineGuard, type Guard } from '../core/guard.ts'

/** Bounds on what one exchange may hold. */
export type LimitsOptions = Partial<BodyLimits>

const keys = ['maxBytes', 'maxDepth', 'maxNodes', 'maxBatch', 'maxReplyBytes', 'maxEventBytes'] as const

/**
 * Bounds bodies before they are read or parsed: a request over a bound is refused with `body_too_large` (413) or
 * `message_invalid` (400) and its handler does not run.
 *
 * Defaults: 1 MiB of body after content decoding, JSON 64 deep with 100,000 values, batches of 100, replies of 4 MiB held for
 * inspection, events of 1 MiB. Text and forms over `maxBytes` on plain routes pass unread, noted as a finding.
 *
 * @throws SafeMcpConfigError for anything but whole numbers: a limit that cannot be read must not be no limit.
 */
export function limitsGuard(options: LimitsOptions = {}): Guard {
  checkKeys(options, keys, 'limits')
  const limits: BodyLimits = {
    maxBytes: checkInteger(options.maxBytes, 'limits.maxBytes', 1024 * 1024),
    maxDepth: checkInteger(options.maxDepth, 'limits.maxDepth', 64, 1, 1000),
    maxNodes: checkInteger(options.maxNodes, 'limits.maxNodes', 100_000),
    maxBatch: checkInteger(options.maxBatch, 'limits.maxBatch', 100),
    maxReplyBytes: checkInteger(options.maxReplyBytes, 'limits.maxReplyBytes', 4 * 1024 * 1024),
    maxEventBytes: checkInteger(options.maxEventBytes, 'limits.maxEventBytes', 1024 * 1024),
  }
  return defineGuard({ name: 'limits', needs: { limits } })
}
