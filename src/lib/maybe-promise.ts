/** A value now, or a promise of it. Awaiting a plain value costs a turn of the event loop, so we only await promises. */
export type MaybePromise<T> = T | Promise<T>

/** True for promises and other thenables. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** (Not called `then`: a module that exports `then` is taken for a promise by `import()`.) Applies `next` to the value, at once when it is there already. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(next) : next(value)
}
