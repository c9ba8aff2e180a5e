/**
 * Stands in for the service behind a KV namespace, which Cloudflare runs and workerd does not bring along. The binding in front of it is the
 * real one: it checks keys, writes `GET`, `PUT` and `DELETE /<key>` with `urlencoded` and `expiration_ttl`, and reads the answers.
 *
 * It forgets by its own clock, refuses lifetimes below a minute as KV does, and is consistent at once, which KV is not.
 */

interface Entry {
  readonly value: string
  readonly until: number
}

const entries = new Map<string, Entry>()

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const key = decodeURIComponent(pathname.slice(1))
    if (request.method === 'PUT') {
      const ttl = Number(searchParams.get('expiration_ttl'))
      if (!Number.isInteger(ttl) || ttl < 60) return new Response(null, { status: 400, statusText: 'Invalid expiration_ttl' })
      entries.set(key, { value: await request.text(), until: Date.now() + ttl * 1000 })
      return new Response()
    }
    if (request.method === 'DELETE') {
      entries.delete(key)
      return new Response()
    }
    const entry = entries.get(key)
    return entry === undefined || entry.until <= Date.now() ? new Response(null, { status: 404 }) : new Response(entry.value)
  },
}
