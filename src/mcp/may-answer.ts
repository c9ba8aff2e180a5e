/**
 * Alternatives, because those are looked for by leaps over prose; a search for a single text stops wherever its first character stands, and
 * JSON is made of quotes.
 */
const answerNames = /"(?:result|error)"/

/** False only when this raw JSON is no answer to a call: notifications have neither member. An escape may spell any name. */
export function mayAnswer(json: string): boolean {
  return answerNames.test(json) || json.includes('\\u')
}
