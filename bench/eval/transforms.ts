/** Ways to hide a text that a model still reads. Own code; names are common knowledge. */
export const transforms: Readonly<Record<string, (text: string) => string>> = {
  plain: (t) => t,
  upper: (t) => t.toUpperCase(),
  leet: (t) => t.replace(/[aeiost]/gi, (c) => ({ a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' })[c.toLowerCase()]!),
  'zero width': (t) => [...t].join('\u200b'),
  'soft hyphen': (t) => [...t].join('\u00ad'),
  homoglyphs: (t) =>
    t.replace(
      /[aceiopxy]/g,
      (c) => ({ a: '\u0430', c: '\u0441', e: '\u0435', i: '\u0456', o: '\u043e', p: '\u0440', x: '\u0445', y: '\u0443' })[c]!,
    ),
  fullwidth: (t) => map(t, /[!-~]/, (code) => code + 0xfee0),
  'math bold': (t) =>
    map(
      map(t, /[a-z]/, (code) => code - 97 + 0x1d41a),
      /[A-Z]/,
      (code) => code - 65 + 0x1d400,
    ),
  diacritics: (t) => t.replace(/[a-z]/gi, (c) => `${c}\u0301`),
  'tag characters': (t) => `Hello.${map(t, /[ -~]/, (code) => code + 0xe0000)}`,
  spaced: (t) =>
    t
      .split(' ')
      .map((w) => [...w].join(' '))
      .join('   '),
  dotted: (t) =>
    t
      .split(' ')
      .map((w) => [...w].join('.'))
      .join(' '),
  'line breaks': (t) => t.replaceAll(' ', '\n'),
  base64: (t) => encode(t),
  base64url: (t) => encode(t).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
  hex: (t) => [...new TextEncoder().encode(t)].map((b) => b.toString(16).padStart(2, '0')).join(''),
  percent: (t) => [...new TextEncoder().encode(t)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join(''),
  url: (t) => encodeURIComponent(t),
  'html entities': (t) => [...t].map((c) => `&#${c.codePointAt(0)};`).join(''),
  'unicode escapes': (t) => t.replace(/[\s\S]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'html comment': (t) => `<!-- ${t} -->`,
  rot13: (t) => t.replace(/[a-z]/gi, (c) => String.fromCharCode(c.charCodeAt(0) + (c.toLowerCase() < 'n' ? 13 : -13))),
  reversed: (t) => [...t].reverse().join(''),
  'markdown split': (t) => t.replace(/([a-z])([a-z])([a-z]+)/gi, '$1**$2**$3'),
  'variation selectors': (t) => t.replace(/[a-z]/gi, (c) => `${c}\ufe01`),
}

function map(text: string, letters: RegExp, to: (code: number) => number): string {
  return [...text].map((c) => (letters.test(c) ? String.fromCodePoint(to(c.codePointAt(0)!)) : c)).join('')
}

function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
