import { clientKey } from '../lib/ip.ts'
import { sha256Hex } from '../lib/sha256.ts'
import type { GuardContext } from './context.ts'
import type { Message } from './message.ts'

/** What a limit counts by. `principal` is the address for callers without identity; `route` is method and path. */
export type LimitDimension =
  | 'principal'
  | 'ip'
  | 'tool'
  | 'route'
  | 'method'
  | ((ctx: GuardContext, message: Message | undefined) => string)

export interface AddressOptions {
  /**
   * How many proxies of yours stand in front and append to `X-Forwarded-For`. The address is then that many entries from the right:
   * everything further left was written by the client. Default 0: the socket's address.
   */
  readonly trustedProxies?: number | undefined
  /** Bits of an IPv6 address that make one client. Default 56. */
  readonly ipv6PrefixBits?: number | undefined
}

/** Address of the client as limits count it. */
export function clientAddress(ctx: GuardContext, options: AddressOptions): string | undefined {
  const { trustedProxies = 0, ipv6PrefixBits = 56 } = options
  let address = ctx.request.remoteAddress
  if (trustedProxies > 0) {
    const forwarded = ctx.request.headers.all('x-forwarded-for').join(',').split(',')
    address = forwarded[forwarded.length - trustedProxies]?.trim() ?? address
  }
  return clientKey(address, ipv6PrefixBits)
}

/** One string for what a limit counts by. Parts carry their length, so that no two different lists of parts give one key. */
export function callerKey(by: readonly LimitDimension[], ctx: GuardContext, message: Message | undefined, options: AddressOptions): string {
  let key = ''
  for (const dimension of by) {
    const part = partOf(dimension, ctx, message, options)
    // Long parts are chosen by callers; a digest keeps keys short in the store.
    const short = part.length > 96 ? sha256Hex(part) : part
    key += `${short.length}:${short};`
  }
  return key
}

function partOf(dimension: LimitDimension, ctx: GuardContext, message: Message | undefined, options: AddressOptions): string {
  if (typeof dimension === 'function') return dimension(ctx, message)
  switch (dimension) {
    case 'principal':
      return ctx.principal === undefined ? `ip ${clientAddress(ctx, options) ?? 'unknown'}` : `id ${ctx.principal.id}`
    case 'ip':
      return clientAddress(ctx, options) ?? 'unknown'
    case 'tool':
      return message?.tool ?? ''
    case 'method':
      return message?.method ?? ctx.request.method
    case 'route':
      return `${ctx.request.method} ${ctx.request.path}`
  }
}
