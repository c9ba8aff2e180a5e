import type { ServerResponse } from 'node:http'

/** Shows a response that its handler has ended, and that is not out yet, as one that is: handlers ask before they write an error. */
export function pretend(res: ServerResponse): void {
  if (res.destroyed) return
  const yes = { configurable: true, get: () => true }
  Object.defineProperties(res, { headersSent: yes, writableEnded: yes })
}

/** Shows it as it is. */
export function unpretend(res: ServerResponse): void {
  const shown = res as { headersSent?: boolean; writableEnded?: boolean }
  if (!Object.hasOwn(res, 'headersSent')) return
  delete shown.headersSent
  delete shown.writableEnded
}
