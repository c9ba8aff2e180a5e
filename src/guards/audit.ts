import { defineGuard, type Guard } from '../core/guard.ts'
import { deny } from '../core/verdict.ts'

/** The part of an audit log this guard asks. */
export interface AuditState {
  readonly saturated: boolean
  readonly onFull: 'drop' | 'refuse'
}

/**
 * Refuses with `audit_unavailable` while the audit log cannot take more: in strict mode always, otherwise where the log says
 * `onFull: 'refuse'`. What cannot be recorded must not happen.
 */
export function auditGuard(log: AuditState): Guard {
  return defineGuard({
    name: 'audit',
    onRequest(ctx) {
      if (log.saturated && (ctx.mode === 'strict' || log.onFull === 'refuse'))
        return deny('audit_unavailable', { reason: 'the audit queue is full' })
    },
  })
}
