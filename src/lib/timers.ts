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
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const settled = promise.then(
    () => true,
    () => false,
  )
  const result = await Promise.race([settled, late])
  clearTimeout(timer)
  return result
}

/** Lets the process end although the timer is set. */
export function release(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
}
