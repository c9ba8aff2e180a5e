import type { IncomingMessage } from 'node:http'

/** Up to here Node reads the rest of a refused body itself, and the connection lives on. */
const shortBytes = 64 * 1024
/** A client that is still sending gets this much read, for this long, so that it can notice our answer. */
const drainBytes = 4 * 1024 * 1024
const drainMs = 2_000

/** How much of the request body is still to come: nothing, little that was declared, or much or unknown. */
export function unreadBody(req: IncomingMessage): 'none' | 'short' | 'long' {
  if (req.complete || req.destroyed) return 'none'
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers
  if (coding !== undefined) return 'long'
  if (length === undefined) return req.httpVersionMajor > 1 ? 'short' : 'none'
  return Number(length) <= shortBytes ? 'short' : 'long'
}

/**
 * Reads and forgets the rest of a body within bounds, then calls `done` once. A connection that is closed while data is
 * still arriving is reset, and a reset throws away the answer the client has not read yet.
 */
export function drain(req: IncomingMessage, done: () => void): void {
  let left = drainBytes
  const stop = () => {
    clearTimeout(timer)
    req.off('data', onData).off('end', stop).off('close', stop)
    req.pause()
    done()
  }
  const onData = (chunk: Uint8Array | string) => {
    left -= chunk.length
    if (left <= 0) stop()
  }
  const timer = setTimeout(stop, drainMs)
  req.on('data', onData).on('end', stop).on('close', stop)
  req.resume()
}
