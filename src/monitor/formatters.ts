import type { Alert } from './alert.ts'

/** Body of a Slack incoming webhook. */
export function slack(alert: Alert): object {
  const mark = alert.status === 'resolved' ? ':white_check_mark: Resolved' : ':rotating_light:'
  const text = `${mark} *${escapeSlack(alert.title)}*`
  const fields: [string, string | undefined][] = [
    ['Severity', alert.severity],
    ['User', alert.user],
    ['Component', alert.component],
    ['Technique', alert.technique],
    ['Rate', alert.rate === undefined ? undefined : `${percent(alert.rate)} (allowed ${percent(alert.threshold ?? 0)})`],
    ['Like it', alert.suppressed === undefined ? undefined : String(alert.suppressed)],
    ['Event', alert.eventId],
  ]
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      {
        type: 'section',
        fields: fields.flatMap(([name, value]) =>
          value === undefined ? [] : [{ type: 'mrkdwn', text: `*${name}*\n${escapeSlack(value)}` }],
        ),
      },
    ],
  }
}

/** Body of a PagerDuty Events API v2 call. The alert's key opens and resolves one incident. */
export function pagerDuty(alert: Alert, options: { readonly routingKey: string; readonly source?: string | undefined }): object {
  const { routingKey, source = 'safe-mcp' } = options
  return {
    routing_key: routingKey,
    event_action: alert.status === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: alert.key.slice(0, 255),
    payload: {
      summary: alert.title.slice(0, 1024),
      source,
      severity: { INFO: 'info', LOW: 'warning', MEDIUM: 'warning', HIGH: 'error', CRITICAL: 'critical' }[alert.severity],
      timestamp: alert.timestamp,
      component: alert.component,
      class: alert.type,
      custom_details: details(alert),
    },
  }
}

/** Body of a call to Alertmanager's `/api/v2/alerts`. */
export function alertmanager(alert: Alert): object {
  return [
    {
      labels: {
        alertname: alert.type === 'SAFE_MCP_THRESHOLD' ? 'SafeMcpThreshold' : 'SafeMcpSecurityEvent',
        severity: alert.severity.toLowerCase(),
        key: alert.key,
        ...(alert.technique === undefined ? {} : { technique: alert.technique }),
        ...(alert.component === undefined ? {} : { component: alert.component }),
      },
      annotations: { summary: alert.title, event: alert.eventId },
      startsAt: alert.timestamp,
      ...(alert.status === 'resolved' ? { endsAt: alert.timestamp } : {}),
    },
  ]
}

/** Subject and text of a message to a person. */
export function email(alert: Alert): { readonly subject: string; readonly text: string } {
  const lines = Object.entries(details(alert)).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`)
  return {
    subject: `[${alert.status === 'resolved' ? 'resolved' : alert.severity}] ${alert.title}`,
    text: `${alert.title}\n\n${lines.join('\n')}\n`,
  }
}

function details({ eventId, technique, user, threats, timestamp, rate, threshold, suppressed }: Alert): Record<string, unknown> {
  const all = { event: eventId, technique, user, threats, timestamp, rate, threshold, suppressed }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function percent(rate: number): string {
  return `${Math.round(rate * 1000) / 10} %`
}

/** Slack reads `<`, `>` and `&` as markup: a user id must not become a link or a mention. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
