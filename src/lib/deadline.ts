/** Thrown when work did not end in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Runs `work` with a signal that aborts after `timeoutMs`, and rejects then even when the work ignores the signal.
 * The timer never outlives the work.
 */
export async function withDeadline<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
  const controller = new AbortController()
  let expire: (reason: Error) => void = () => {}
  const expired = new Promise<never>((_, reject) => {
    expire = reject
  })
  const stop = () => {
    controller.abort()
    expire(new DeadlineError('The work did not end in time.'))
  }
  const timer = setTimeout(stop, timeoutMs)
  if (outer?.aborted === true) stop()
  outer?.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(controller.signal), expired])
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', stop)
  }
}
