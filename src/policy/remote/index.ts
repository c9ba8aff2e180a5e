import { SafeMcpConfigError } from '../../core/config-error.ts'
import { isTrustworthyUrl } from '../../lib/fetch-json.ts'
import type { PolicyDecisionPoint } from '../pdp.ts'
import { type AsthaRbacOptions, asthaRbac } from './astha-rbac.ts'
import { type AuthZenOptions, authZen } from './authzen.ts'
import { type OiapServiceOptions, oiapService } from './oiap-service.ts'

export type { AsthaRbacOptions } from './astha-rbac.ts'
export type { AuthZenOptions } from './authzen.ts'
export type { OiapServiceOptions } from './oiap-service.ts'
export type { RemoteOptions } from './remote.ts'

export type RemotePolicyOptions = AuthZenOptions | OiapServiceOptions | AsthaRbacOptions

/**
 * A decision point behind HTTP: AuthZEN 1.0, the OIAP call of an AZTP service, or Astha RBAC tool lists.
 *
 * @example
 * remotePolicy({ kind: 'authzen', url: 'https://pdp.example/access/v1/evaluation' })
 *
 * @throws SafeMcpConfigError for an address that is neither https nor this machine.
 */
export function remotePolicy(options: RemotePolicyOptions): PolicyDecisionPoint {
  const url = options.kind === 'oiap' ? options.baseUrl : options.url
  const batch = 'evaluationsUrl' in options ? options.evaluationsUrl : undefined
  if ((url !== undefined && !isTrustworthyUrl(url)) || (batch !== undefined && !isTrustworthyUrl(batch))) {
    const path = options.kind === 'oiap' ? 'remotePolicy.baseUrl' : 'remotePolicy.url'
    throw new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must be https, or http to this machine, without credentials.' })
  }
  switch (options.kind) {
    case undefined:
    case 'authzen':
      return authZen(options)
    case 'oiap':
      return oiapService(options)
    case 'astha-rbac':
      return asthaRbac(options)
    default:
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: 'remotePolicy.kind',
        message: "must be 'authzen', 'oiap' or 'astha-rbac'.",
      })
  }
}
