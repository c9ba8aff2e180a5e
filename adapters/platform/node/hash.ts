import { createHash, hash } from 'node:crypto'

/** SHA-256 of a text in hexadecimal. Several times faster than the portable one: `createAuditLog({ hash: nodeHash })`. */
export const nodeHash: (text: string) => string =
  // `crypto.hash` came with Node 20.12 and 21.7.
  typeof hash === 'function' ? (text) => hash('sha256', text, 'hex') : (text) => createHash('sha256').update(text).digest('hex')
