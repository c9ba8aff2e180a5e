/** Shannon entropy of a text in bits per character. */
export function entropy(text: string): number {
  const times = new Map<string, number>()
  for (const char of text) times.set(char, (times.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of times.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
