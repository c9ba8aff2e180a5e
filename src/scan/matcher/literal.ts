/** A fixed string to look for. Its index in the list is its id in events. */
export interface Literal {
  /** Up to 200 characters, each below U+0100 and standing for one byte; ASCII in lower case. A space matches any one white space character. */
  readonly text: string
  /** Where in `text` begins what is looked for: nobody looks for what stands before. Default: 0. */
  readonly from?: number | undefined
  /** Only where a word starts: at the beginning or after a byte that is neither letter nor digit. The text must then begin with a letter or digit. */
  readonly left?: boolean | undefined
  /** Only where a word ends. */
  readonly right?: boolean | undefined
}
