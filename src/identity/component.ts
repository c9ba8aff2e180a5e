import type { MaybePromise } from '../lib/maybe-promise.ts'

/** What a directory knows of a component. Only status `active` is valid; every other word, known or not, is not. */
export interface ComponentRecord {
  readonly id: string
  readonly status: string
  readonly aztpId?: string | undefined
  /** `agent`, `tool`, `model`, ... Default `unknown`. */
  readonly identityType?: string | undefined
  readonly trustDomain?: string | undefined
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  /** False when the directory found the record but could not verify it, with the reason. Default true. */
  readonly verified?: boolean | undefined
  readonly reason?: string | undefined
}

/** Where components are looked up: `registry()`, an AZTP client, or your own. Rejecting means that it cannot tell. */
export interface ComponentDirectory {
  /** By component name or AZTP id. Undefined: nobody of that name. */
  lookup(id: string, options?: LookupOptions): MaybePromise<ComponentRecord | undefined>
}

export interface LookupOptions {
  /** Asks whether the identity is valid within this flow, too. */
  readonly flow?: string | undefined
  readonly signal?: AbortSignal | undefined
}
