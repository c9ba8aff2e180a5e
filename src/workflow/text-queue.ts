/** Text on its way from a producer to one reader. What was pushed before the reader came is kept. */
export class TextQueue implements AsyncIterable<string> {
  readonly #texts: string[] = []
  #ended = false
  #wake: (() => void) | undefined

  push(text: string): void {
    this.#texts.push(text)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const text = this.#texts.shift()
      if (text !== undefined) yield text
      else if (this.#ended) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}
