import { type HeaderPairs, HeaderView, type RequestFacts } from '../../src/core/http.ts'

/**
 * What the platform tells about the connection under a fetch request.
 *
 * Nothing here is taken from a header: a header could be made up by the client.
 */
export interface Connection {
  /** Header fields as they came over the wire, name and value alternating. */
  readonly rawHeaders?: readonly string[] | undefined
  readonly scheme?: 'http' | 'https' | undefined
  readonly remoteAddress?: string | undefined
  readonly localAddress?: string | undefined
}

/**
 * The request as guards see it. `pristine`: nobody can have changed the headers of the wire. `path` is the one the router goes by;
 * without it, the path of the URL.
 */
export function factsOf(request: Request, connection: Connection, pristine: boolean, path?: string): RequestFacts {
  const url = request.url
  const start = url.indexOf('/', url.indexOf(':') + 3)
  const hash = url.indexOf('#', start)
  const end = hash === -1 ? url.length : hash
  const mark = url.indexOf('?', start)
  const query = mark === -1 || mark > end ? end : mark
  const { rawHeaders, scheme, remoteAddress, localAddress } = connection
  return {
    method: request.method.toUpperCase(),
    path: path ?? url.slice(start, query),
    query: url.slice(query + 1, end),
    headers: new HeaderView(rawHeaders !== undefined && pristine ? wirePairs(rawHeaders) : headerPairs(request, rawHeaders)),
    scheme: scheme ?? (url.startsWith('https:') ? 'https' : 'http'),
    remoteAddress,
    localAddress,
  }
}

function wirePairs(raw: readonly string[]): HeaderPairs {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] as string, raw[i + 1] as string])
  return pairs
}

/**
 * The request's headers. `Headers` joins repeated fields, which hides two `Host` or two `Authorization` lines, so a field that was
 * repeated on the wire is told apart again, unless an earlier middleware gave it another value: then that value counts,
 * for the handler will go by it.
 */
function headerPairs(request: Request, raw: readonly string[] | undefined): HeaderPairs {
  const repeated = raw === undefined ? none : repeatedFields(raw)
  const pairs: [string, string][] = []
  for (const [name, value] of request.headers) {
    const values = repeated.get(name)
    if (values === undefined || values.join(name === 'cookie' ? '; ' : ', ') !== value) pairs.push([name, value])
    else for (const one of values) pairs.push([name, one])
  }
  // HTTP/2 and requests made in process carry the authority in the URL alone.
  if (!request.headers.has('host')) pairs.push(['host', new URL(request.url).host])
  return pairs
}

const none: ReadonlyMap<string, readonly string[]> = new Map()

function repeatedFields(raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const seen = new Set<string>()
  let repeated: Map<string, string[]> | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase()
    if (seen.has(name)) {
      repeated ??= new Map()
      repeated.set(name, [])
    }
    seen.add(name)
  }
  if (repeated === undefined) return none
  for (let i = 0; i + 1 < raw.length; i += 2) repeated.get((raw[i] as string).toLowerCase())?.push((raw[i + 1] as string).trim())
  return repeated
}
