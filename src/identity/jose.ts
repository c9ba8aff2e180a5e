/** jose, loaded with the first token, key or proof: importing it takes as long as half of this package, and most processes start without. */
let loading: Promise<typeof import('jose')> | undefined

export function jose(): Promise<typeof import('jose')> {
  return (loading ??= import('jose'))
}
