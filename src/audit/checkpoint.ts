import { checkInteger, checkKeys } from '../core/check-options.ts'
import type { Clock } from '../core/clock.ts'
import { encodeBase64url } from '../lib/base64url.ts'
import type { AuditRecord, ChainHead } from './event.ts'
import { systemRecord } from './record.ts'

/** Signed statements about the chain, written into it and handed to whoever keeps them elsewhere. */
export interface CheckpointOptions {
  /** Ed25519 private key: a `CryptoKey` that may sign, or a JWK (RFC 8037). */
  readonly key: CryptoKey | JsonWebKey
  /** Names the key for those who verify. Default `default`. */
  readonly keyId?: string | undefined
  /** At the latest after this many events. Default 1000. */
  readonly everyEvents?: number | undefined
  /** At the first event after this time. Default 60,000. There is always one when the log closes. */
  readonly everyMs?: number | undefined
  /**
   * Gets each checkpoint. A chain alone cannot show that its tail was cut off or that all of it was written anew by someone with the key:
   * keep these where the log's keeper cannot write.
   */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => void) | undefined
}

/** What is signed: that chain `chain` had `seq` events, the last of which has this hash. */
export interface Checkpoint {
  readonly chain: string
  readonly seq: number
  readonly head: string
  readonly time: string
  readonly keyId: string
  /** Ed25519 over {@link checkpointText}, base64url. */
  readonly signature: string
}

/** The text a checkpoint signs. */
export function checkpointText(checkpoint: Omit<Checkpoint, 'signature'>): string {
  return ['safe-mcp audit checkpoint 1', checkpoint.chain, checkpoint.seq, checkpoint.head, checkpoint.time, checkpoint.keyId].join('\n')
}

/** Signs one lane's chain. */
export class CheckpointSigner {
  readonly #options: CheckpointOptions
  readonly #everyEvents: number
  readonly #everyMs: number
  #key: Promise<CryptoKey> | undefined
  #lastSeq = 0
  #lastTime: number | undefined

  constructor(options: CheckpointOptions) {
    this.#options = options
    checkKeys(options as unknown, ['key', 'keyId', 'everyEvents', 'everyMs', 'onCheckpoint'], 'audit.checkpoints')
    this.#everyEvents = checkInteger(options.everyEvents, 'audit.checkpoints.everyEvents', 1000)
    this.#everyMs = checkInteger(options.everyMs, 'audit.checkpoints.everyMs', 60_000)
  }

  due(head: ChainHead, now: number): boolean {
    this.#lastTime ??= now
    if (head.seq === this.#lastSeq) return false
    return head.seq - this.#lastSeq >= this.#everyEvents || now - this.#lastTime >= this.#everyMs
  }

  async sign(head: ChainHead, clock: Clock): Promise<AuditRecord> {
    const { keyId = 'default', onCheckpoint } = this.#options
    this.#key ??= importKey(this.#options.key)
    const unsigned = { chain: head.chain, seq: head.seq, head: head.hash, time: new Date(clock.now()).toISOString(), keyId }
    const bytes = new TextEncoder().encode(checkpointText(unsigned))
    const signature = encodeBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', await this.#key, bytes)))
    this.#lastSeq = head.seq + 1
    this.#lastTime = clock.now()
    const checkpoint = { ...unsigned, signature }
    onCheckpoint?.(checkpoint)
    const { seq: covered, head: coveredHash, time: signedAt } = unsigned
    return systemRecord(clock, 'checkpoint', 'info', { covered, head: coveredHash, signedAt, keyId, signature })
  }
}

function importKey(key: CryptoKey | JsonWebKey): Promise<CryptoKey> {
  return 'kty' in key ? crypto.subtle.importKey('jwk', key, 'Ed25519', false, ['sign']) : Promise.resolve(key as CryptoKey)
}
