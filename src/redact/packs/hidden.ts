import { ALNUM } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'

const pack = 'safe-mcp/redact/hidden'

const ansi: Kind = {
  id: 'risk/ansi-escape',
  name: 'ansi-escape',
  group: 'risk',
  label: '',
  severity: 'medium',
  technique: 'T1912',
  what: 'terminal control sequences: colours, cursor movement, window titles, hyperlinks',
  validator: 'CSI, OSC and two-character sequences of ECMA-48',
  base: false,
  pack,
  triggers: ['\u001b'],
  verify(cursor, start, end) {
    // To the matcher every control character is white space.
    if (cursor.at(start) !== 27) return false
    const kind = cursor.at(end)
    if (kind === 91) {
      // CSI: parameters, then one final byte.
      let i = end + 1
      while (i < end + 64 && cursor.at(i) >= 0x20 && cursor.at(i) <= 0x3f) i++
      const last = cursor.at(i)
      return cursor.match(start, last >= 0x40 && last <= 0x7e ? i + 1 : i)
    }
    // OSC, DCS, PM, APC: up to BEL or the next escape.
    if (kind === 93 || kind === 80 || kind === 94 || kind === 95) {
      let closed = false
      return cursor.match(start, end + 1, {
        takes(code) {
          if (closed) return false
          if (code === 7) closed = true
          return code !== 27
        },
      })
    }
    return cursor.match(start, cursor.is(end, ALNUM) ? end + 1 : end)
  },
}

/** Taken out of what is left of a text, not looked for in it: to every other kind these characters are not there. */
const hiddenCharacters: Kind = {
  id: 'risk/hidden-characters',
  name: 'hidden-characters',
  group: 'risk',
  label: '',
  severity: 'medium',
  technique: 'T1912',
  what: 'characters nobody sees: tags, zero-width spaces, invisible operators, marks that turn text round, variation selectors that carry bytes',
  validator: 'code point; joiners, soft hyphens, direction marks and emoji selectors stay',
  base: false,
  pack,
  triggers: [],
  removesHidden: true,
  verify: () => false,
}

/** Text that people do not see and machines read. */
export const hidden: readonly Kind[] = [ansi, hiddenCharacters]
