/*
 * Letters that pass for Latin ones, as pairs `look-alike, Latin`. Facts from Unicode's UTS 39 confusables, cut to letters an
 * attacker can mix into an English word.
 */

/** Of other scripts: folded only inside a word that also has Latin letters, so that Russian and Greek stay themselves. */
const otherScripts =
  '\u0430a\u0432b\u0435e\u0451e\u0454e\u0455s\u0456i\u0457i\u0458j\u043ak\u043cm\u043dh\u043eo\u0440p\u0441c\u0442t\u0443y\u0445x\u0448w\u0501d\u051bq\u051dw\u04bbh\u04cfi\u0491r\u0433r\u044cb\u0438u\u043fn' +
  '\u03b1a\u03b2b\u03b5e\u03b7n\u03b9i\u03bak\u03bdv\u03bfo\u03c1p\u03c4t\u03c5u\u03c7x\u03b3y\u03c9w\u03c3o\u03f2c\u03f3j' +
  '\u0585o\u0578n\u057du\u0570h\u0581g\u0566q\u0575j\u0261g\u13aad\u13a1r\u13a2t\u13a5i\u13a9y\u13abj\u13ace\u13b3w\u13b7m\u13bbh\u13bdy\u13bfz\u13c0g\u13c3z\u13cfb\u13d2r\u13daS\u13deL\u13dfC\u13e2p\u13e6k'

/** Latin letters beyond those Unicode normalisation knows: small capitals, strokes, turned and phonetic forms. */
const latin =
  '\u00f8o\u0142l\u0111d\u0127h\u0167t\u0131i\u0138k\u0180b\u0192f\u0199k\u01a5p\u01adt\u01b4y\u01b6z\u0237j\u023cc\u0249j\u024dr\u024fy\u0251a\u0253b\u0256d\u0257d\u0260g\u0261g\u0266h\u0268i\u0269i\u026al\u026fm\u0271m\u0272n\u0273n\u0280r\u0288t\u0289u\u028bv\u028fy\u0290z' +
  '\u1d00a\u0299b\u1d04c\u1d05d\u1d07e\ua730f\u0262g\u029ch\u026ai\u1d0aj\u1d0bk\u029fl\u1d0dm\u0274n\u1d0fo\u1d18p\ua7afq\ua731s\u1d1bt\u1d1cu\u1d20v\u1d21w\u1d22z\u0250a\u0254o\u01dde\u025fj\u0265h\u0279r\u0287t\u028cv\u028dw\u028ey\u029ek\u1d09i'

function pairs(text: string): Map<number, string> {
  const map = new Map<number, string>()
  const chars = [...text]
  for (let i = 0; i + 1 < chars.length; i += 2) map.set(chars[i]!.codePointAt(0)!, chars[i + 1]!.toLowerCase())
  return map
}

export const confusable: ReadonlyMap<number, string> = pairs(otherScripts)
export const latinVariant: ReadonlyMap<number, string> = pairs(latin)
