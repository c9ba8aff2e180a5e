/** Characters that do not wait for the end of a turn: Node tells a writer to wait at about as many. */
const MOST = 16 * 1024

/**
 * What a handler writes within one turn of the event loop, as one text. Node holds it back that long, too: it corks a socket at the first write
 * and lets go before anything else runs. So nobody waits for it, and many small events are judged, framed and written at once.
 */
export class Turn {
  #text = ''
  readonly #over: () => void

  /** `over` is called when the turn is over and there is text. */
  constructor(over: () => void) {
    this.#over = over
  }

  /** True when so much has come together that it should go now. */
  add(text: string): boolean {
    if (this.#text === '') process.nextTick(() => void (this.#text !== '' && this.#over()))
    this.#text += text
    return this.#text.length >= MOST
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
}
