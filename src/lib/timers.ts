import { withDeadline } from './deadline.ts'

/** Waits without keeping a process alive. `onWake` gets a function that ends the wait early. */
export function pause(ms: number, onWake?: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    // Node keeps running while a timer is set, unless told otherwise; elsewhere the timer is a number.
    if (ms > 0) release(timer)
    onWake?.(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** True when the promise resolved within the time; false when it did not, or rejected. */
export function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return withDeadline(ms, () => promise).then(
    () => true,
    () => false,
  )
}

/** Lets the process end although the timer is set. */
export function release(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
}
