import type { ComponentDirectory } from './component.ts'

/** One identity as the AZTP service records it. Fields it does not send are undefined. */
export interface IdentityRecord {
  readonly aztpId: string
  readonly name: string
  /** `active` or `revoked`; anything else counts as not active. */
  readonly status: string
  readonly identityType?: string | undefined
  readonly trustDomain?: string | undefined
  readonly environment?: string | undefined
  readonly parentIdentity?: string | undefined
  readonly isGlobalIdentity?: boolean | undefined
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  /** ISO 8601. */
  readonly updatedAt?: string | undefined
}

export interface IssueOptions {
  readonly trustDomain?: string | undefined
  readonly parentIdentity?: string | undefined
  readonly isGlobalIdentity?: boolean | undefined
  /** AZTP ids to link the new identity to. */
  readonly linkTo?: readonly string[] | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** What `secureConnect` gives back. */
export interface Connection {
  readonly identity: { readonly aztpId: string; readonly workloadId: string; readonly valid: boolean }
  /** Asks again whether the identity is valid. */
  verify(): Promise<boolean>
}

export interface FlowRecord {
  readonly id: string
  readonly name: string
}

export interface LinkRecord {
  readonly id: string
  readonly sourceIdentity: string
  readonly targetIdentity: string
  readonly relationshipType: 'linked' | 'parent'
}

/**
 * The calls of an AZTP identity service. `createAztpClient()` makes them over HTTP, `registry()` answers them in this process.
 *
 * Questions about validity answer false only when the service said so; when it cannot tell they reject with an `AztpError`.
 */
export interface IdentityService extends ComponentDirectory {
  /** Issues an identity for a component, or gives back the one of that name. `agent` is not looked at. */
  secureConnect(agent: unknown, name: string, options?: IssueOptions): Promise<Connection>
  verifyIdentity(agent: Connection, options?: { readonly flow?: string | undefined }): Promise<boolean>
  verifyIdentityByAztpId(aztpId: string, options?: { readonly flow?: string | undefined }): Promise<boolean>
  verifyIdentityByName(name: string, options?: { readonly flow?: string | undefined }): Promise<boolean>
  getIdentity(agent: Connection): Promise<IdentityRecord | undefined>
  getIdentityByAztpId(aztpId: string): Promise<IdentityRecord | undefined>
  getIdentityByName(name: string): Promise<IdentityRecord | undefined>
  discoverIdentities(query?: { readonly trustDomain?: string; readonly requestor?: string }): Promise<readonly IdentityRecord[]>
  /** Whether `from` may talk to `to`. */
  verifyIdentityConnection(from: string, to: string, policyCode?: string): Promise<boolean>
  revokeIdentity(aztpId: string, reason?: string): Promise<void>
  reissueIdentity(aztpId: string): Promise<void>
  linkIdentities(source: string, target: string, relationship?: 'linked' | 'parent'): Promise<LinkRecord>
  createFlow(name: string, options?: { readonly discoverable?: 'public' | 'private' }): Promise<FlowRecord>
  deleteFlow(flowId: string): Promise<void>
  addIdentityToFlow(flowId: string, aztpId: string): Promise<void>
  removeIdentityFromFlow(flowId: string, aztpId: string): Promise<void>
  /** Takes an identity's validity within one flow; its validity elsewhere stays. */
  revokeIdentityForFlow(aztpId: string, flowId: string, reason?: string): Promise<void>
}

/** Why an identity service did not do what was asked. The message never holds what the service said, nor a secret. */
export class AztpError extends Error {
  override readonly name = 'AztpError'
  /**
   * `unavailable`: no answer, or not one we understand; try later. `refused`: it said no. `unauthorized`: it does not know our key.
   * `invalid`: the call itself is wrong. `full`: the registry holds all it may.
   */
  readonly code: 'unavailable' | 'refused' | 'unauthorized' | 'invalid' | 'full'
  /** HTTP status, where there was one. */
  readonly status: number | undefined

  constructor(code: AztpError['code'], message: string, status?: number) {
    super(message)
    this.code = code
    this.status = status
  }
}
