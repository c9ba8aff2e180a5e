import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { sha256Hex } from '../lib/sha256.ts'
import { createWebhook, type WebhookTarget } from '../lib/webhook.ts'
import type { Alert, AlertChannel } from './alert.ts'
import { alertmanager, email, pagerDuty, slack } from './formatters.ts'

export interface WebhookChannelOptions extends WebhookTarget {
  readonly name?: string | undefined
  /** What is sent, as JSON. Default: the alert itself. */
  readonly format?: ((alert: Alert) => object) | undefined
  readonly clock?: Clock | undefined
}

/** Posts alerts as JSON, signed when a secret is given. One try; the monitor repeats. */
function webhook(options: WebhookChannelOptions): AlertChannel {
  const { name = 'webhook', format = (alert) => alert, clock = systemClock } = options
  let hook: ReturnType<typeof createWebhook>
  try {
    hook = createWebhook(options)
  } catch (error) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `channels.${name}.url`, message: (error as Error).message })
  }
  return {
    name,
    send: (alert) => {
      // The same notice keeps its id over retries; the next notice about the same thing has another.
      const id = `msg_${sha256Hex(`${alert.key} ${alert.status} ${alert.timestamp}`).slice(0, 32)}`
      return hook.post(JSON.stringify(format(alert)), 'application/json', id, clock.now())
    },
  }
}

/** Ready-made alert channels. */
export const channels = {
  webhook,
  /** A Slack incoming webhook. */
  slack: (options: WebhookChannelOptions): AlertChannel => webhook({ name: 'slack', format: slack, ...options }),
  /** PagerDuty, Events API v2. */
  pagerDuty: (
    options: Partial<WebhookChannelOptions> & { readonly routingKey: string; readonly source?: string | undefined },
  ): AlertChannel => {
    const { routingKey, source, ...target } = options
    return webhook({
      name: 'pagerduty',
      url: 'https://events.pagerduty.com/v2/enqueue',
      format: (alert) => pagerDuty(alert, { routingKey, source }),
      ...target,
    })
  },
  /** Prometheus Alertmanager; `url` ends in `/api/v2/alerts`. It usually lives inside: `allowPrivate: true`. */
  alertmanager: (options: WebhookChannelOptions): AlertChannel => webhook({ name: 'alertmanager', format: alertmanager, ...options }),
  /** E-mail through a function of yours, for instance nodemailer's `sendMail`. */
  email: (options: {
    readonly send: (mail: { readonly subject: string; readonly text: string }) => void | Promise<void>
  }): AlertChannel => ({
    name: 'email',
    send: (alert) => options.send(email(alert)),
  }),
  /** One line on the console. */
  console: (): AlertChannel => ({
    name: 'console',
    send: (alert) => console.error(`safe-mcp alert ${alert.status}: ${alert.title} event=${alert.eventId}`),
  }),
} as const

export const formatters = { slack, pagerDuty, alertmanager, email } as const
