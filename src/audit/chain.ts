import { sha256Hex } from '../lib/sha256.ts'
import type { AuditEvent, AuditRecord, ChainHead } from './event.ts'

/** `prev` of the first event of a chain. */
export const genesis = '0'.repeat(64)

/** SHA-256 of a text, hexadecimal. An adapter may give a faster one than ours. */
export type HashText = (text: string) => string

/** An event and the line it makes. The line is what the hash covers, byte for byte. */
export interface LinkedEvent {
  readonly event: AuditEvent
  readonly line: string
}

/** Gives records their place in a chain: number, predecessor, hash. */
export class Chain {
  #head: ChainHead | undefined
  readonly #hash: HashText

  constructor(head: ChainHead | undefined, hash: HashText = sha256Hex) {
    this.#head = head === undefined ? undefined : { chain: head.chain, seq: head.seq, hash: head.hash }
    this.#hash = hash
  }

  /** A new chain is named when it is first used: Workers draw no random numbers while they start, which is when logs are made. */
  get head(): ChainHead {
    this.#head ??= { chain: crypto.randomUUID(), seq: 0, hash: genesis }
    return this.#head
  }

  link(record: AuditRecord): LinkedEvent {
    const { chain, seq, hash: prev } = this.head
    const unsigned = { seq: seq + 1, chain, prev, ...record }
    const text = JSON.stringify(unsigned)
    const hash = this.#hash(text)
    this.#head = { chain, seq: seq + 1, hash }
    return { event: Object.assign(unsigned, { hash }), line: `${text.slice(0, -1)},"hash":"${hash}"}` }
  }
}

const hashMember = /,"hash":"([0-9a-f]{64})"\}$/

/** Takes a line apart into what was hashed and the hash it claims. */
export function splitLine(line: string): { readonly text: string; readonly hash: string } | undefined {
  const match = hashMember.exec(line.slice(-75))
  if (match === null || line.length <= 75) return undefined
  return { text: `${line.slice(0, -75)}}`, hash: match[1] as string }
}
