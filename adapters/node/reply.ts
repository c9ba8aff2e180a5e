import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Reply } from '../../src/core/http.ts'
import { applyHead, isBodiless, toPairs } from './head.ts'
import type { Replaced } from './methods.ts'
import { drain, unreadBody } from './unread-body.ts'

/** Fields that speak of a body that is not sent. */
const aboutBody: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-range',
  'content-disposition',
  'content-location',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'last-modified',
  'accept-ranges',
  'transfer-encoding',
  'trailer',
])

/**
 * Writes a whole response in place of whatever stands on `res`. What middleware in front of us had set and nobody removed since
 * stays (CORS, request ids). A request body that is still arriving does not become the next request, nor does it keep the
 * client from reading its answer.
 */
export function writeReply(res: ServerResponse, methods: Replaced, reply: Reply, outer: OutgoingHttpHeaders): void {
  const named = new Set(reply.headers.map(([name]) => name.toLowerCase()))
  const stays = (name: string): boolean => !named.has(name) && !aboutBody.has(name) && res.hasHeader(name)
  const kept = toPairs(outer).filter(([name]) => stays(name))
  applyHead(res, { status: reply.status, headers: [...kept, ...reply.headers] })

  const { body } = reply
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  if (!isBodiless(res)) res.setHeader('Content-Length', bytes?.length ?? 0)
  const rest = unreadBody(res.req)
  if (rest === 'long') res.setHeader('Connection', 'close')
  methods.call('writeHead', res.statusCode)
  if (rest !== 'long') {
    methods.call('end', bytes)
    if (rest === 'short') res.req.resume()
    return
  }
  // The answer goes out now; the end, which closes the connection, when the client had its time to read it.
  if (bytes === undefined) methods.call('flushHeaders')
  else methods.call('write', bytes)
  drain(res.req, () => methods.call('end'))
}
