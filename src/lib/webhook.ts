import { encodeBase64 } from './base64url.ts'
import { isPrivateHost } from './private-host.ts'
import { within } from './timers.ts'

export interface WebhookTarget {
  /** `https:`, set by the operator alone. `http:` only to addresses that `allowPrivate` admits. */
  readonly url: string | URL
  /** Signs each request (Standard Webhooks, https://www.standardwebhooks.com): headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  readonly secret?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The longest wait for an answer. Default 5000. */
  readonly timeoutMs?: number | undefined
  /** Lets the URL name a loopback, private or link-local address, where an attacker's choice would reach inner services. Default false. */
  readonly allowPrivate?: boolean | undefined
  /** Addresses of a host name, where the platform can tell; each must be public too. The node adapter gives one. */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Posts bodies to one place. Rejects unless the answer is 2xx. */
export interface Webhook {
  /** @param id Same for every try of one notice, so that the receiver can drop repeats. */
  post(body: string, contentType: string, id: string, now: number): Promise<void>
}

/** @throws TypeError for a URL that is none, or that points where it must not. */
export function createWebhook(target: WebhookTarget): Webhook {
  const { secret, headers = {}, timeoutMs = 5000, allowPrivate = false, resolve } = target
  const url = new URL(target.url)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivate)) throw new TypeError('must be an https: URL.')
  if (url.username !== '' || url.password !== '') throw new TypeError('must not carry credentials; use headers.')
  if (!allowPrivate && isPrivateHost(url.hostname)) throw new TypeError('points to a private address; set allowPrivate if that is meant.')
  const send = target.fetch ?? globalThis.fetch.bind(globalThis)
  let key: Promise<CryptoKey> | undefined

  async function signature(id: string, timestamp: string, body: string): Promise<Record<string, string>> {
    if (secret === undefined) return {}
    key ??= crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const mac = await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${encodeBase64(new Uint8Array(mac))}` }
  }

  async function assertPublic(): Promise<void> {
    if (allowPrivate || resolve === undefined) return
    for (const address of await resolve(url.hostname)) if (isPrivateHost(address)) throw new Error('The name leads to a private address.')
  }

  return {
    async post(body, contentType, id, now) {
      await assertPublic()
      const signed = await signature(id, String(Math.floor(now / 1000)), body)
      const response = await send(url, {
        method: 'POST',
        headers: { ...headers, ...signed, 'content-type': contentType },
        body,
        // A redirect would carry the notice to a place nobody checked.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      // The answer is not read: it may be endless.
      if (response.body !== null) await within(response.body.cancel(), 1000)
      if (!response.ok) throw new Error(`The webhook answered ${response.status}.`)
    },
  }
}
