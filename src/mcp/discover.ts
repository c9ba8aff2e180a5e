import type { RequestFacts } from '../core/http.ts'

/**
 * True for a POST whose mirrored header says `server/discover`. A client that negotiates takes 429 here for a server of the old era, so
 * such a refusal waits until the message is known and is then a 503. The header makes it MCP, whose body is always read.
 */
export function announcesDiscover(request: RequestFacts): boolean {
  return request.method === 'POST' && request.headers.get('mcp-method') === 'server/discover'
}
