import { isLoopbackName } from './authority.ts'
import { DeadlineError, withDeadline } from './deadline.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface FetchJsonRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
  /** For the whole call, body included. */
  readonly timeoutMs: number
  /** Of the decoded answer. */
  readonly maxBytes: number
  readonly fetch?: Fetch | undefined
  readonly signal?: AbortSignal | undefined
}

export type FetchFault = 'url' | 'timeout' | 'network' | 'redirect' | 'too-large' | 'not-json'

/** `ok` means an answer with JSON arrived, whatever its status says. */
export type FetchJsonResult =
  | { readonly ok: true; readonly status: number; readonly value: unknown; readonly headers: Headers }
  | { readonly ok: false; readonly fault: FetchFault; readonly status?: number | undefined; readonly headers?: Headers | undefined }

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * One call to a service we must not trust more than needed: https (plain http only to this machine), no redirects, a deadline over head
 * and body, a size cap counted while reading. Never throws; never puts anything of the answer into a fault.
 */
export async function fetchJson(request: FetchJsonRequest): Promise<FetchJsonResult> {
  if (!isTrustworthyUrl(request.url)) return { ok: false, fault: 'url' }
  const call = request.fetch ?? globalThis.fetch
  try {
    return await withDeadline(request.timeoutMs, (signal) => answer(call, request, signal), request.signal)
  } catch (error) {
    return { ok: false, fault: error instanceof DeadlineError ? 'timeout' : 'network' }
  }
}

async function answer(call: Fetch, request: FetchJsonRequest, signal: AbortSignal): Promise<FetchJsonResult> {
  const response = await call(request.url, {
    method: request.method ?? 'GET',
    headers: { accept: 'application/json', ...request.headers },
    // `error` is not known to every runtime; `manual` shows the redirect, which we then refuse.
    redirect: 'manual',
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  const { status, headers } = response
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await discard(response)
    return { ok: false, fault: 'redirect', status }
  }
  const text = await readText(response, request.maxBytes)
  if (text === undefined) return { ok: false, fault: 'too-large', status }
  try {
    return { ok: true, status, value: JSON.parse(text), headers }
  } catch {
    return { ok: false, fault: 'not-json', status, headers }
  }
}

async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const declared = Number(response.headers.get('content-length'))
  if (declared > maxBytes) {
    await discard(response)
    return undefined
  }
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel().catch(() => {})
      return undefined
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return decoder.decode(bytes)
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {})
}

/** True for https, and for plain http to this machine. Credentials in the address are refused. */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}

/** True for `localhost`, `*.localhost`, 127.0.0.0/8 and ::1, as `URL.hostname` spells them. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname.endsWith('.localhost') || isLoopbackName(hostname)
}
