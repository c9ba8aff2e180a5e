import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { sha256Hex } from '../lib/sha256.ts'
import type { AztpClient } from './aztp-client.ts'
import { authInfoOf } from './claims.ts'
import type { ComponentDirectory } from './component.ts'
import { AztpError } from './identity-service.ts'
import { parseWorkloadId } from './spiffe-id.ts'
import { type Accepted, type Presented, refuse, type Verification, type Verifier } from './verifier.ts'

export interface AztpOptions {
  /** The service: `createAztpClient()`, or `registry()` for identities of this process. */
  readonly client: ComponentDirectory | AztpClient
  /**
   * What proves who calls. A verifier of yours (`jwt()`, `apiKey()`, ...); `'access-token'`: the user's access token in `x-user-access-token`,
   * which the service checks for the id in `x-aztp-id`; `'oidc'`: a bearer token the service validates. The last two need an AZTP client.
   */
  readonly credential: Verifier | 'access-token' | 'oidc'
  /**
   * AZTP ids a proven caller may go by. Default: the claim `aztp_id` of its credential, or its own id when that is an AZTP id. The header
   * `x-aztp-id` only chooses among them: an id is a name, never a credential.
   */
  readonly idsOf?: ((principal: Principal) => string | readonly string[] | undefined) | undefined
  /** Asks for validity within this flow, too. */
  readonly flow?: string | undefined
  /** Trust domains accepted. Default: any the service vouches for. */
  readonly trustDomains?: readonly string[] | undefined
}

const idHeader = 'x-aztp-id'
const tokenHeader = 'x-user-access-token'

/**
 * Callers with an AZTP identity: a real credential first, then the identity bound to it must be known, verified and `active`.
 *
 * A bare `X-Aztp-ID` authenticates nobody. An identity that is revoked or unknown is refused; a service that cannot tell means 503.
 *
 * @throws SafeMcpConfigError when `'access-token'` or `'oidc'` is asked of something else than an AZTP client.
 * @example aztp({ client, credential: jwt({ issuer, audience }) })
 */
export function aztp(options: AztpOptions): Verifier {
  checkKeys(options, optionNames, 'aztp')
  const { credential, client } = options
  if (typeof client?.lookup !== 'function') throw fault('client', 'must be `createAztpClient()` or `registry()`.')
  const inner = typeof credential === 'string' ? serviceVerifier(credential, client) : credential
  if (typeof inner?.verify !== 'function') throw fault('credential', 'must be a verifier, `access-token` or `oidc`.')
  const idsOf = options.idsOf ?? boundIds

  async function resolve(accepted: Accepted, presented: Presented): Promise<Verification> {
    const aztpId = chooseId(idsOf(accepted.principal), presented)
    if (aztpId === undefined) return refuse('no AZTP id is bound to the credential')
    const trustDomain = parseWorkloadId(aztpId)?.trustDomain
    if (options.trustDomains !== undefined && !options.trustDomains.includes(trustDomain ?? '')) return refuse('foreign trust domain')
    try {
      const record = await client.lookup(aztpId, { flow: options.flow, signal: presented.signal })
      if (record === undefined) return refuse('unknown AZTP id')
      if (record.status !== 'active' || (record.verified ?? true) !== true) return refuse('the AZTP identity is not active')
      if (record.aztpId !== undefined && record.aztpId !== aztpId) return refuse('the service answers about another identity')
    } catch {
      return refuse('the identity service does not answer', { code: 'provider_unavailable', retryAfter: 2 })
    }
    const principal: Principal = Object.freeze({ ...accepted.principal, provider: 'aztp', aztpId, trustDomain })
    return { ok: true, principal, authInfo: { ...accepted.authInfo, extra: { ...accepted.authInfo.extra, aztpId } } }
  }

  return {
    name: 'aztp',
    scheme: inner.scheme,
    issuer: inner.issuer,
    dpopAlgorithms: inner.dpopAlgorithms,
    headers: inner.headers,
    recognises: (presented) => inner.recognises(presented),
    verify: (presented) =>
      andThen(
        inner.verify(presented),
        (verification): MaybePromise<Verification> => (verification.ok ? resolve(verification, presented) : verification),
      ),
  }
}

function boundIds(principal: Principal): string | undefined {
  const claim = principal.aztpId ?? principal.attributes.aztp_id ?? principal.attributes.aztpId
  if (typeof claim === 'string') return claim
  return principal.subject.startsWith('aztp://') ? principal.subject : undefined
}

/** The one id this request goes by: claimed in the header and bound to the credential, or the only one bound. */
function chooseId(bound: string | readonly string[] | undefined, { request }: Presented): string | undefined {
  const ids = (typeof bound === 'string' ? [bound] : (bound ?? [])).filter((id) => parseWorkloadId(id)?.scheme === 'aztp')
  const claimed = request.headers.single(idHeader)
  if (claimed === undefined) return ids.length === 1 ? ids[0] : undefined
  return claimed !== 'conflict' && ids.includes(claimed.value) ? claimed.value : undefined
}

/** Credentials that only the service can judge. */
function serviceVerifier(kind: 'access-token' | 'oidc', client: AztpOptions['client']): Verifier {
  if (!('getToolAccess' in client)) throw fault('client', `must be \`createAztpClient()\` for credential '${kind}'.`)
  return kind === 'oidc' ? oidcVerifier(client) : accessTokenVerifier(client)
}

function accessTokenVerifier(client: AztpClient): Verifier {
  return {
    name: 'aztp-access-token',
    headers: [tokenHeader],
    recognises: ({ request }) => request.headers.has(tokenHeader),
    async verify({ request }) {
      const token = request.headers.single(tokenHeader)
      const id = request.headers.single(idHeader)
      if (token === undefined || token === 'conflict' || token.value === '') return refuse('no single access token')
      if (id === undefined || id === 'conflict' || parseWorkloadId(id.value)?.scheme !== 'aztp') return refuse('no single AZTP id')
      const access = await orUnavailable(() => client.getToolAccess({ userAccessToken: token.value, aztpId: id.value }))
      if (access === 'unavailable') return unavailable
      if (access === undefined) return refuse('the access token is not valid for this identity')
      const { allowedTools, deniedTools } = access
      // The service does not say who the user is: the token itself, hashed, tells users of one agent apart.
      const subject = `${id.value}#${sha256Hex(token.value).slice(0, 16)}`
      return accept(subject, token.value, id.value, { aztp_id: id.value, allowed_tools: allowedTools, denied_tools: deniedTools })
    },
  }
}

function oidcVerifier(client: AztpClient): Verifier {
  return {
    name: 'aztp-oidc',
    scheme: 'Bearer',
    recognises: ({ scheme, token }) => scheme === 'bearer' && token !== undefined,
    async verify({ token = '' }) {
      const user = await orUnavailable(() => client.validateToken(token))
      if (user === 'unavailable') return unavailable
      if (user === undefined) return refuse('the service does not know the token')
      return accept(user.subject, token, user.agent ?? user.subject, { aztp_id: user.agent, oidc_provider: user.provider })
    },
  }
}

const unavailable = refuse('the identity service does not answer', { code: 'provider_unavailable', retryAfter: 2 })

async function orUnavailable<T>(work: () => Promise<T>): Promise<T | 'unavailable' | undefined> {
  try {
    return await work()
  } catch (error) {
    return error instanceof AztpError && (error.code === 'refused' || error.code === 'invalid') ? undefined : 'unavailable'
  }
}

function accept(subject: string, token: string, clientId: string, attributes: Readonly<Record<string, unknown>>): Accepted {
  const principal: Principal = Object.freeze({
    id: `aztp:${subject}`,
    kind: 'user',
    provider: 'aztp',
    subject,
    scopes: Object.freeze([]),
    attributes: Object.freeze(attributes),
    chain: Object.freeze([]),
    assurance: 'bearer',
  })
  return { ok: true, principal, authInfo: authInfoOf(principal, token, clientId, undefined) }
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: `aztp.${path}`, message })
}

const optionNames = ['client', 'credential', 'idsOf', 'flow', 'trustDomains']
