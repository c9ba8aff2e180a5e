import type { DenialCode } from './codes.ts'
import type { Reply } from './http.ts'

/** How a content or policy denial of an MCP message is shown to its caller. */
export type DenyAs = 'tool-error' | 'protocol-error' | 'hide' | 'http'

/** A refusal. Guards return it; one place renders it. */
export interface Denial {
  readonly code: DenialCode
  /** Safe to show to the caller. Never holds anything the caller sent, a pattern or a secret. */
  readonly detail?: string | undefined
  /** For the audit trail only. */
  readonly reason?: string | undefined
  /** Id of the policy statement that decided. For the audit trail only. */
  readonly statement?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Structured, safe to show: per-path schema faults, supported revisions. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  readonly denyAs?: DenyAs | undefined
}

/** What a guard makes of a request, message or reply. Nothing returned means allow. */
export type Verdict =
  | { readonly action: 'allow' }
  | { readonly action: 'rewrite'; readonly value: unknown }
  | { readonly action: 'deny'; readonly denial: Denial }
  /** Answers the request itself, without the handler: a metadata document, a health check. `onRequest` only. */
  | { readonly action: 'respond'; readonly reply: Reply }

export const allow: Verdict = { action: 'allow' }

/** Hands `value` on in place of the message's value. */
export function rewrite(value: unknown): Verdict {
  return { action: 'rewrite', value }
}

/** Refuses with a stable code. `deny('tool_denied', { reason: 'no statement matched' })` */
export function deny(code: DenialCode, more: Omit<Denial, 'code'> = {}): Verdict & { readonly action: 'deny' } {
  return { action: 'deny', denial: { code, ...more } }
}
