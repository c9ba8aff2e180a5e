/** Text as it reads after an encoding was undone, with the way back. */
export interface View {
  readonly text: string
  /** Where a UTF-16 unit of `text` stood in the text before; for its length, where that ends. Absent: the whole stems from `range`. */
  readonly originOf?: ((at: number) => number) | undefined
  /** The encoded run in the text before. */
  readonly range: readonly [start: number, end: number]
  readonly layer: string
}
