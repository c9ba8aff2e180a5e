import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { createWebhook, type WebhookTarget } from '../lib/webhook.ts'
import type { AuditEvent } from './event.ts'
import { formats } from './formats.ts'
import type { Sink } from './sink.ts'

export interface WebhookSinkOptions extends WebhookTarget {
  readonly name?: string | undefined
  /** `lines` (default): the hashed lines as JSON Lines, which `verifyAudit` takes. `cef`: a line each. `ocsf`: a JSON array. Or your own, for a JSON array. */
  readonly format?: 'lines' | 'cef' | 'ocsf' | ((event: AuditEvent) => unknown) | undefined
  /** Which events are sent. Default: all. */
  readonly accepts?: Sink['accepts']
  readonly clock?: Clock | undefined
}

/**
 * Posts events in batches of up to 100, signed when a secret is given. What the other side does not take with a 2xx is sent again, with the
 * same `webhook-id`, after a growing pause; meanwhile events wait in the log's bounded queue.
 */
export function webhookSink(options: WebhookSinkOptions): Sink {
  const { name = 'webhook', format = 'lines', accepts, clock = systemClock } = options
  let hook: ReturnType<typeof createWebhook>
  try {
    hook = createWebhook(options)
  } catch (error) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'webhookSink.url', message: (error as Error).message })
  }

  function send(events: readonly AuditEvent[], lines: readonly string[]): Promise<void> {
    const [body, type] = render(format, events, lines)
    const first = events[0] as AuditEvent
    return hook.post(body, type, `${first.chain}.${first.seq}.${events.length}`, clock.now())
  }

  return {
    name,
    ...(accepts === undefined ? {} : { accepts }),
    write: (event, line) => send([event], [line]),
    writeMany: send,
  }
}

function render(
  format: NonNullable<WebhookSinkOptions['format']>,
  events: readonly AuditEvent[],
  lines: readonly string[],
): readonly [body: string, type: string] {
  if (format === 'lines') return [`${lines.join('\n')}\n`, 'application/x-ndjson']
  if (format === 'cef') return [`${events.map(formats.cef).join('\n')}\n`, 'text/plain; charset=utf-8']
  return [JSON.stringify(events.map(format === 'ocsf' ? formats.ocsf : format)), 'application/json']
}
