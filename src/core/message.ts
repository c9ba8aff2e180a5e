/** What a message is: a JSON-RPC kind, or a body that is not JSON-RPC. */
export type MessageKind = 'request' | 'notification' | 'response' | 'plain'

/**
 * One inbound or outbound JSON-RPC message, or one plain body.
 *
 * Messages are read, never written: a guard that wants another value returns `rewrite(value)`.
 */
export interface Message {
  readonly kind: MessageKind
  readonly direction: 'inward' | 'outward'
  /** JSON-RPC id, when there is a usable one. */
  readonly id?: string | number | undefined
  /** Method of a request or notification; on a response, of the request it answers when that is known. */
  readonly method?: string | undefined
  /** Tool named by `tools/call`; on a response, of the call it answers when that is known. */
  readonly tool?: string | undefined
  /** Essence of the media type, lower-case: `application/json`, `text/plain`. */
  readonly mediaType: string
  /** The message as it stands on the wire (decoded text). After a rewrite, its one serialisation. */
  readonly text: string
  /** The text in UTF-8, where it came so and is still at hand. */
  readonly bytes?: Uint8Array | undefined
  /** Parsed JSON; for text bodies the text itself; for forms an object of strings or string lists. Parsed on first use. */
  readonly value: unknown
}
