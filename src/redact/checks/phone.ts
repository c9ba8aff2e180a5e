/** Country calling codes of one and two digits (ITU-T E.164, list of assigned codes); the rest have three. */
const one = '17'
const two =
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  )
const three =
  /^(?:21[1-368]|22\d|23\d|24\d|25[0-8]|26\d|29[0178]|35\d|37\d|38[0-35-79]|42[013]|50\d|59\d|67[02-9]|68\d|69[0-2]|800|808|85[02356]|870|878|88[0-368]|96[0-8]|97\d|99[2-68])/

/** A number in international form, digits only, without `+`: an assigned country code and 7 to 15 digits in all. */
export function isInternationalPhone(digits: string): boolean {
  const { length } = digits
  if (length < 8 || length > 15) return false
  if (digits[0] === '1') return length === 11 && isNanp(digits.slice(1))
  if (one.includes(digits[0]!)) return length === 11
  return two.includes(digits.slice(0, 2)) || three.test(digits)
}

/** Ten digits of the North American numbering plan: area and exchange begin with 2-9 and are not N11; 555-01xx is fiction but a number. */
export function isNanp(digits: string): boolean {
  return /^[2-9]\d\d[2-9]\d{6}$/.test(digits) && digits.slice(1, 3) !== '11' && digits.slice(4, 6) !== '11'
}
