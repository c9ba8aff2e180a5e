/** A media type field, read once by its grammar (RFC 9110, 8.3.1). */
export interface MediaType {
  /** `type/subtype` in lower case; empty when the field is absent. */
  readonly essence: string
  /** Lower-case charset parameter, when there is one. */
  readonly charset: string | undefined
  /** False for lists, repeated fields and anything the grammar does not allow. */
  readonly valid: boolean
  /** The field as it came, lower-case: lenient servers only look for a substring. */
  readonly raw: string
}

const absent: MediaType = { essence: '', charset: undefined, valid: true, raw: '' }

/** A server sees few media types, over and over. The bound keeps a caller from filling it. */
const known = new Map<string, MediaType>()
const maxKnown = 64
const maxKnownLength = 100

/** Reads the values of a `content-type` field. */
export function parseMediaType(values: readonly string[]): MediaType {
  const first = values[0]
  if (first === undefined) return absent
  if (values.length > 1 || first.length > maxKnownLength) return parse(first, values)
  let media = known.get(first)
  if (media === undefined) {
    media = parse(first, values)
    if (known.size < maxKnown) known.set(first, media)
  }
  return media
}

function parse(first: string, values: readonly string[]): MediaType {
  const raw = values.join(', ').toLowerCase()
  const parts = splitParameters(first)
  const essence = (parts[0] as string).trim().toLowerCase()
  let valid = values.length === 1 && isEssence(essence) && !first.includes('\t')
  let charset: string | undefined
  for (const part of parts.slice(1)) {
    const at = part.indexOf('=')
    if (part.trim() === '') continue
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase()
    if (at < 0 || !isToken(name)) {
      valid = false
      continue
    }
    if (name !== 'charset') continue
    if (charset !== undefined) valid = false
    charset = unquote(part.slice(at + 1).trim()).toLowerCase()
  }
  return { essence: isEssence(essence) ? essence : '', charset, valid, raw }
}

/** `application/json` and every `+json` type. */
export function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json')
}

/** True when a body of this type must be UTF-8 as far as its charset says. */
export function isUtf8Charset(charset: string | undefined): boolean {
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
}

function splitParameters(field: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let i = 0; i < field.length; i++) {
    const char = field[i]
    if (quoted && char === '\\') i++
    else if (char === '"') quoted = !quoted
    else if (char === ';' && !quoted) {
      parts.push(field.slice(start, i))
      start = i + 1
    }
  }
  parts.push(field.slice(start))
  return parts
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1).replaceAll('\\', '') : value
}

function isEssence(text: string): boolean {
  const slash = text.indexOf('/')
  return slash > 0 && isToken(text.slice(0, slash)) && isToken(text.slice(slash + 1))
}

/** RFC 9110 `token`. */
export function isToken(text: string): boolean {
  if (text.length === 0) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const alphanumeric = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
    if (!alphanumeric && !"!#$%&'*+-.^_`|~".includes(text[i] as string)) return false
  }
  return true
}
