/**
 * A value that hangs on an object for as long as the object lives, under a key nobody else has.
 *
 * Not a WeakMap: the young collector of V8 keeps what a WeakMap holds alive whatever becomes of the key, so every exchange, with its bodies,
 * would outlive its request until the next full collection.
 */
export class Attachment<Value> {
  readonly #key = Symbol('safe-mcp')

  of(owner: object): Value | undefined {
    return (owner as Owner<Value>)[this.#key]
  }

  attach(owner: object, value: Value): void {
    ;(owner as Owner<Value>)[this.#key] = value
  }
}

type Owner<Value> = Record<symbol, Value | undefined>
