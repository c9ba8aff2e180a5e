import { decodeBase64Lenient } from '../../lib/base64url.ts'
import type { ArgumentFault } from '../argument.ts'

const secret: ArgumentFault = { rule: 'exfiltration/secret', severity: 'high', technique: 'T1911' }
const encodedSecret: ArgumentFault = { rule: 'exfiltration/encoded-secret', severity: 'high', technique: 'T1911' }
const encodedText: ArgumentFault = { rule: 'exfiltration/encoded-text', severity: 'medium', technique: 'T1910' }
const encodedLabel: ArgumentFault = { rule: 'exfiltration/encoded-label', severity: 'medium', technique: 'T1910' }

/** How secrets are written down. Lower-case. */
const assignments = [
  'password',
  'passwd',
  'secret',
  'token',
  'api_key',
  'apikey',
  'access_key',
  'aws_secret',
  'private_key',
  'client_secret',
]
const prefixes = ['-----begin ', 'aws_access_key_id', 'aws_secret_access_key']

/** Signs that an argument carries secrets away, openly or encoded. For findings on arguments nobody declared. */
export function suspectLeak(value: string): ArgumentFault | undefined {
  if (value.length < 12) return undefined
  if (holdsSecret(value)) return secret
  const text = decodedText(value)
  if (text !== undefined) return holdsSecret(text) ? encodedSecret : encodedText
  return hasEncodedLabel(value) ? encodedLabel : undefined
}

/** `db_password=hunter2hunter2`, `AKIA...`, a PEM header. A form field called `password` is nobody's leak. */
function holdsSecret(value: string): boolean {
  const text = value.toLowerCase()
  if (prefixes.some((prefix) => text.includes(prefix))) return true
  if (/(^|[^A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{16}([^A-Za-z0-9]|$)/.test(value)) return true
  return assignments.some((word) => {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
      const rest = value.slice(at + word.length, at + word.length + 48)
      if (/^['"]?=['"]?[^\s'"&;$<{(]{8,}/.test(rest)) return true
    }
    return false
  })
}

/** The text a value hides in base64; undefined when it is no base64, or not of text. */
function decodedText(value: string): string | undefined {
  if (value.length < 32 || value.length > 20_000 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined
  // Names, hashes and ids use only some of these: base64 of text mixes cases and digits.
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value) || /^[0-9a-f-]+$/i.test(value)) return undefined
  const bytes = decodeBase64Lenient(value)
  if (bytes === undefined || bytes.length < 16) return undefined
  let printable = 0
  for (const byte of bytes) if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) printable++
  return printable === bytes.length ? String.fromCharCode(...bytes) : undefined
}

/** A host name with a long label that is no word: data sent by asking for it. */
function hasEncodedLabel(value: string): boolean {
  const host = /^(?:[a-z]{2,8}:\/\/)?([A-Za-z0-9_.-]{30,253})(?:[/:?#]|$)/.exec(value)?.[1]
  if (host === undefined || !host.includes('.')) return false
  return host.split('.').some((label) => label.length >= 32 && !label.includes('-') && /[0-9A-Z]/.test(label))
}
