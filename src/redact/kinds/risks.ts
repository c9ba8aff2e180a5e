import { ALNUM, ALPHA, BASE64, classOf, DASH, DOT, EQUALS, PLUS_SLASH, PRINTABLE, SPACE, STOP, WORD } from '../engine/chars.ts'
import type { Cursor, Tail } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'
import { runTail } from './secrets.ts'

const risk = (
  number: number,
  name: string,
  label: string,
  what: string,
  validator: string,
  triggers: readonly string[],
  verify: Kind['verify'],
): Kind => ({
  id: `aztp/OutputRisk_00${number}`,
  name,
  group: 'risk',
  label,
  severity: 'high',
  what,
  validator,
  base: true,
  triggers,
  verbatim: true,
  verify,
})

/** How far we look for the end of an element, a tag or a call. What is longer loses only its beginning. */
const MAX_ELEMENT = 4096
const MAX_TAG = 1024
const MAX_CALL = 512
const MAX_TEMPLATE = 256

/** End of a tag that opens at `at` (after its name): past `>`, or `at` when it does not close soon. */
function tagEnd(cursor: Cursor, at: number): number {
  if (cursor.at(at) === 62) return at + 1
  const close = cursor.next('>', at, MAX_TAG)
  return close < 0 ? at : close + 1
}

const MAX_ATTRIBUTES = 1024

/** An event handler attribute inside a tag: from the white space before `on` to the end of its value. */
function handler(cursor: Cursor, start: number): boolean {
  // `<name` and the attributes before this one.
  const name = cursor.run(start + 1, ALNUM | 16, 32)
  if (name === start + 1 || !cursor.is(start + 1, ALPHA)) return false
  let quote = 0
  for (let i = name; i < start + MAX_ATTRIBUTES; i++) {
    const code = cursor.at(i)
    if (code < 0) return false
    if (quote !== 0) {
      if (code === quote) quote = 0
      continue
    }
    if (code === 62 || code === 60) return false
    if (code === 34 || code === 39) quote = code
    if ((code === 32 || code === 10 || code === 9 || code === 13 || code === 47) && cursor.readsAnyCase(i + 1, 'on')) {
      const word = cursor.run(i + 3, ALPHA, 32)
      let equals = word
      while (equals < word + 8 && cursor.is(equals, SPACE)) equals++
      if (word === i + 3 || cursor.at(equals) !== 61) continue
      return cursor.match(start, tagEnd(cursor, name))
    }
  }
  return false
}

/** Finds `</script` in any case. */
function searchAnyCase(text: string, needle: string, from: number): number {
  for (let at = text.indexOf('</', from); at >= 0; at = text.indexOf('</', at + 1))
    if (text.slice(at, at + needle.length).toLowerCase() === needle) return at
  return -1
}

const tags =
  'a img svg body iframe input div video audio details object embed form button math marquee select textarea style link span p table td'.split(
    ' ',
  )

export const script = risk(
  0,
  'script',
  '[SCRIPT_REMOVED]',
  'script elements, whole; tags with event handlers',
  'a real tag, not an entity-encoded one',
  ['<script', '</script', ...tags.map((tag) => `<${tag} `), '<svg/', '<img/'],
  (cursor, start, end, trigger) => {
    if (trigger > 1) return handler(cursor, start)
    if (cursor.is(end, ALNUM | 16)) return false
    const open = tagEnd(cursor, end)
    if (trigger === 1) return cursor.match(start, open)
    const close = cursor.next('</script', open, MAX_ELEMENT, searchAnyCase)
    if (close >= 0) return cursor.match(start, tagEnd(cursor, close + 8))
    return cursor.match(start, open)
  },
)

export const javascriptUrl = risk(
  1,
  'javascript-url',
  '[JS_REMOVED]',
  '`javascript:` and `vbscript:` URLs',
  'something to run follows at once',
  ['javascript:', 'vbscript:'],
  (cursor, start, end) => {
    if (!cursor.opens(start, WORD) || !cursor.is(end, PRINTABLE) || (cursor.is(end, STOP) && cursor.at(end) !== 123)) return false
    let depth = 0
    let i = end
    for (; i < end + MAX_CALL; i++) {
      const code = cursor.at(i)
      if (code === 40) depth++
      else if (code === 41 && --depth < 0) break
      if (code < 0 || code === 34 || code === 62 || code === 60 || code === 10 || (depth === 0 && code === 32)) break
    }
    return cursor.match(start, i)
  },
)

/** Media that shows and does not run. */
const passive =
  /^(?:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|heic)|audio\/|video\/|font\/|application\/(?:font|pdf|octet-stream))/i
const active = /^(?:text\/(?:html|xml|javascript|ecmascript|css)|application\/(?:xhtml|xml|javascript|ecmascript|x-)|image\/svg)/i

const isMimeByte = (code: number): boolean => (classOf(code) & (WORD | DASH | DOT | PLUS_SLASH | EQUALS)) !== 0 || code === 59

export const dataUrl: Kind = {
  ...risk(
    2,
    'data-url',
    '[DATA_URL_REMOVED]',
    '`data:` URLs that run or hide content: base64 of anything but passive media, markup and scripts in clear',
    'media type that is not a picture, sound, film or font',
    ['data:'],
    (cursor, start, end) => {
      if (!cursor.opens(start, WORD)) return false
      let i = end
      while (i < end + 128 && isMimeByte(cursor.at(i))) i++
      if (cursor.at(i) !== 44) return false
      const head = cursor.slice(end, i)
      if (passive.test(head)) return false
      if (/;base64$/i.test(head)) return cursor.is(i + 1, BASE64) && cursor.match(start, i + 1, runTail(BASE64))
      if (!active.test(head)) return false
      return cursor.match(start, i + 1, markupTail())
    },
  ),
  // Every event of a stream has a `data: ` line.
  around: () => ({ after: (code) => isMimeByte(code) || code === 44 }),
}

/** Takes what stands without white space or quotes, and closes no parenthesis it did not open. */
function markupTail(): Tail {
  let depth = 0
  return {
    takes(code) {
      if (code === 40) depth++
      if (code === 41 && --depth < 0) return false
      return (classOf(code) & PRINTABLE) !== 0 && code !== 34 && code !== 39
    },
  }
}

export const evalCall = risk(
  3,
  'eval',
  '[EVAL_REMOVED]',
  '`eval(\u2026)` calls',
  'a call of that name, not the end of a longer one',
  ['eval('],
  (cursor, start, end) => {
    if (!cursor.opens(start, WORD)) return false
    if (cursor.next(')', end, MAX_CALL) < 0) return cursor.match(start, end)
    // Balanced if it can be; else up to the last parenthesis in reach. Either way all that was read goes, so nothing is read often.
    let depth = 1
    let to = end
    for (let i = end; i < end + MAX_CALL; i++) {
      const code = cursor.at(i)
      if (code < 0) break
      if (code === 40) depth++
      if (code !== 41) continue
      to = i + 1
      if (--depth === 0) break
    }
    return cursor.match(start, to)
  },
)

/** A pair of marks around at most {@link MAX_TEMPLATE} characters of one line. */
function enclosed(cursor: Cursor, start: number, end: number, close: string): boolean {
  const at = cursor.next(close, end, MAX_TEMPLATE)
  if (at < 0) return cursor.refuse(start + cursor.beyond)
  if (at === end) return false
  const line = cursor.next('\n', end, MAX_TEMPLATE)
  // Whatever opens before that line ends is closed after it too.
  return line >= 0 && line < at ? cursor.refuse(line - 1) : cursor.match(start, at + close.length)
}

export const template = risk(
  4,
  'template',
  '[TEMPLATE_REMOVED]',
  '`{{\u2026}}` template expressions',
  'closed on the same line',
  ['{{'],
  // The first two of a row of braces open it: a flood of braces is one question.
  (cursor, start, end) => cursor.at(start - 1) !== 123 && enclosed(cursor, start, end, '}}'),
)

export const variable = risk(
  5,
  'variable',
  '[VARIABLE_REMOVED]',
  '`\u0024{\u2026}` variable expressions',
  'closed on the same line',
  ['${'],
  (cursor, start, end) => enclosed(cursor, start, end, '}'),
)
