const full = (text: string): string =>
  Array.from(text, (char) => (char > ' ' && char < '\u007f' ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char)).join('')
const token = `ghp_${'a1B2c3D4e'.repeat(4)}`
const hex = (text: string): string => Array.from(text, (char) => char.charCodeAt(0).toString(16)).join('')

/** One row of the table in docs/guards/output.md, with what shows it. */
export interface EvasionRow {
  readonly written: string
  readonly found: string
  /** Texts, and what becomes of them, alone and cut anywhere in a stream. */
  readonly texts?: readonly (readonly [how: string, text: string, expected: string])[]
  /** JSON values, and what becomes of them with `thorough: true`; without it they stay. */
  readonly thorough?: readonly (readonly [how: string, value: unknown, expected: unknown])[]
  /** What is out of reach, with `thorough` too, so that nobody relies on it. */
  readonly missed?: readonly (readonly [how: string, value: unknown])[]
  /** The file of tests that shows it, where it takes more than a text. */
  readonly shown?: string
}

export const evasionRows: readonly EvasionRow[] = [
  {
    written: 'HTML entities, percent escapes, `\\\\u0040` inside text',
    found: 'yes',
    texts: [
      ['HTML entities, decimal', 'bob&#64;example&#46;com', '[EMAIL_REDACTED]'],
      ['HTML entities, hexadecimal', 'bob&#x40;example.com', '[EMAIL_REDACTED]'],
      ['HTML entities, named', 'bob&commat;example&period;com', '[EMAIL_REDACTED]'],
      ['percent signs', 'mailto:bob%40example.com', 'mailto:[EMAIL_REDACTED]'],
      ['escapes of JSON inside text', 'bob\\u0040example.com', '[EMAIL_REDACTED]'],
    ],
  },
  {
    written: 'zero-width characters, soft hyphens, tag characters in between',
    found: 'yes',
    texts: [
      ['zero-width characters', 'b\u200bob@exam\u200dple.com', '[EMAIL_REDACTED]'],
      ['soft hyphens', '4111\u00ad1111\u00ad1111\u00ad1111', '[CARD_REDACTED]'],
      ['a tag character inside a key', `${token.slice(0, 12)}\u{e0061}${token.slice(12)}`, '[GITHUB_TOKEN_REDACTED]'],
    ],
  },
  {
    written: 'full-width and mathematical forms, digits of other scripts, other spaces and dashes',
    found: 'yes',
    texts: [
      ['full-width characters', full('bob@example.com'), '[EMAIL_REDACTED]'],
      ['full-width digits', full('123-45-6789'), '[SSN_REDACTED]'],
      ['Arabic-Indic digits', '\u0661\u0662\u0663-\u0664\u0665-\u0666\u0667\u0668\u0669', '[SSN_REDACTED]'],
      ['mathematical digits', '4111 1111 1111 111\u{1d7cf}', '[CARD_REDACTED]'],
      ['non-breaking spaces', '4111\u00a01111\u00a01111\u00a01111', '[CARD_REDACTED]'],
      ['other dashes', '123\u201345\u20136789', '[SSN_REDACTED]'],
    ],
  },
  {
    written: 'capitals and line breaks in tags',
    found: 'yes',
    texts: [
      ['capitals in a tag', '<ScRiPt>alert(1)</sCrIpT>', '[SCRIPT_REMOVED]'],
      ['a line break in a tag', '<script\n>alert(1)</script\n>', '[SCRIPT_REMOVED]'],
    ],
  },
  {
    written: '`user[at]example[dot]com`',
    found: 'yes',
    texts: [['bracketed signs', 'bob[at]example[dot]com', '[EMAIL_REDACTED]']],
  },
  {
    written: '`user at example dot com`',
    found: 'with `safe-mcp/redact/evasions`',
    texts: [['spelled signs, with the pack', 'bob at example dot com', '[EMAIL_REDACTED]']],
  },
  { written: 'split over chunks of a body, at any byte', found: 'yes', shown: 'test/suite/output.test.ts' },
  { written: 'split over token deltas and the arguments of tool calls', found: 'yes', shown: 'test/unit/redact/deltas.test.ts' },
  {
    written: "split over `data:` lines of an event, written in JSON's escapes",
    found: 'yes',
    shown: 'test/suite/attacks/replies.test.ts',
  },
  { written: 'base64 of a textual resource (`blob`)', found: 'yes', shown: 'test/unit/redact/output-guard.test.ts' },
  {
    written: 'base64 that is all of a JSON string',
    found: 'with `thorough: true`',
    thorough: [
      ['base64', btoa('mail bob@example.com'), btoa('mail [EMAIL_REDACTED]')],
      ['base64 without padding', btoa(`key ${token}`).replaceAll('=', ''), btoa('key [GITHUB_TOKEN_REDACTED]')],
      [
        'the alphabet of URLs',
        btoa(`>>>??? ${token}`).replaceAll('+', '-').replaceAll('/', '_'),
        'Pj4-Pz8_IFtHSVRIVUJfVE9LRU5fUkVEQUNURURd',
      ],
      ['a member far down', { a: [{ b: btoa(token) }] }, { a: [{ b: btoa('[GITHUB_TOKEN_REDACTED]') }] }],
    ],
  },
  {
    written: 'a key cut over neighbouring strings of a JSON array, or over the text blocks of one result',
    found: 'with `thorough: true`',
    thorough: [
      ['two strings', [`a ${token.slice(0, 9)}`, `${token.slice(9)} b`], ['a [GITHUB_TOKEN_REDACTED]', ' b']],
      ['many strings', [1, ...(token.match(/.{1,7}/g) as string[]), 2], [1, '[GITHUB_TOKEN_REDACTED]', '', '', '', '', '', 2]],
    ],
    shown: 'test/unit/redact/thorough.test.ts',
  },
  {
    written: 'a key cut over notifications of one stream',
    found: 'from the one that completes it; key blocks from their second line',
    shown: 'test/unit/redact/sequels.test.ts',
  },
  {
    written: 'personal data cut over strings, text blocks or notifications; anything cut over unrelated members',
    found: 'no',
    missed: [
      ['a card number over strings of an array', ['4111 1111 ', '1111 1111']],
      ['a key over two members', { a: token.slice(0, 9), b: token.slice(9) }],
    ],
  },
  {
    written:
      'base64 inside longer text or twice over, hexadecimal, reversed, a space after every character, digits as words, look-alike letters of other alphabets inside keys',
    found: 'no',
    missed: [
      ['base64 inside a longer text', `see ${btoa('bob@example.com')} there`],
      ['base64 of base64', btoa(btoa('mail bob@example.com'))],
      ['hexadecimal', hex('bob@example.com')],
      ['reversed', 'moc.elpmaxe@bob'],
      ['a space after every character', 'b o b @ e x a m p l e . c o m'],
      ['digits as words', 'one two three, four five, six seven eight nine'],
      ['look-alikes in a key', token.replace('g', '\u0261')],
    ],
  },
  { written: 'names of people', found: 'with your recogniser', shown: 'test/unit/redact/value.test.ts' },
  {
    written: 'a bare ten-digit phone number, nine bare digits',
    found: 'only after a word such as "phone" or "SSN"',
    texts: [
      ['a word before ten digits', 'phone 4155552671', 'phone [PHONE_REDACTED]'],
      ['a word before nine digits', 'SSN 219099998', 'SSN [SSN_REDACTED]'],
    ],
    missed: [
      ['ten digits', 'a 4155552671 b'],
      ['nine digits', 'a 219099998 b'],
    ],
  },
]
