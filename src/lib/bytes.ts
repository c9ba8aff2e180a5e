/** One array of all chunks; the chunk itself when there is only one. */
export function joinBytes(
  chunks: readonly Uint8Array[],
  size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
): Uint8Array<ArrayBuffer> {
  const only = chunks[0]
  if (chunks.length === 1 && only !== undefined) return only as Uint8Array<ArrayBuffer>
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
