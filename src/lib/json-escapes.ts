/** By the code of what follows the backslash, the code that an escape of two characters stands for (RFC 8259 section 7). */
export const jsonEscapes: ReadonlyMap<number, number> = new Map(
  Array.from('"\\/nrtbf', (char, i) => [char.charCodeAt(0), '"\\/\n\r\t\b\f'.charCodeAt(i)]),
)
