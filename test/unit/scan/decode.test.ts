import { describe, expect, it } from 'vitest'
import { decodeBytes, decodeRun, reversed, rot13 } from '../../../src/scan/decode/index.ts'

const ascii = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code))

describe('a decoded view', () => {
  it('turns letters by thirteen and nothing else, whatever stands before them', () => {
    const turned = (text: string) =>
      text.replace(/[a-z]/gi, (char) => String.fromCharCode(char.charCodeAt(0) + (/[a-m]/i.test(char) ? 13 : -13)))
    for (let before = 0; before < 9; before++) {
      const text = '-'.repeat(before) + ascii + ascii
      expect(rot13(text).text).toBe(turned(text))
      expect(rot13(`${text}\u00e9`).text).toBe(`${turned(text)}\u00e9`)
      expect(rot13(rot13(text).text).text).toBe(text)
    }
    expect(reversed('abc').text).toBe('cba')
  })

  it('reads base64 of every length, with what does not belong to it before', () => {
    for (let length = 24; length < 60; length++) {
      const text = 'The weather in Bern, and what it was like: '.repeat(2).slice(0, length)
      const run = btoa(text).replaceAll('=', '')
      for (const shift of [0, 1, 2, 3]) {
        const decoded = decodeRun('A'.repeat(shift) + run)
        expect(decoded?.layer).toBe('base64')
        expect(decoded?.text.slice(-20)).toBe(text.slice(-20))
      }
    }
  })

  it('puts the bytes of a character together, and leaves alone what is no escape', () => {
    const percent = (text: string) => decodeBytes(text, '%', 'percent')
    expect(percent('a%C3%A9b%zz%4')?.text).toBe('a\u00e9b%zz%4')
    expect(percent('%E5%BF%BD%E7%95%A5')?.text).toBe('\u5ffd\u7565')
    expect(percent('%C3x%A9')?.text).toBe('\ufffdx\ufffd')
    expect(percent('100 %, 5%')).toBeUndefined()
    expect(percent('%\u0664\u0661')).toBeUndefined()
    const view = percent('ab%41%42c')!
    expect(Array.from({ length: 6 }, (_, at) => view.originOf!(at))).toEqual([0, 1, 2, 2, 8, 9])
    const quoted = (text: string) => decodeBytes(text, '=', 'quoted-printable')?.text
    expect(quoted('=69gn=\r\nore=\n=C3=\n=A9 =zz=')).toBe('ignore\u00e9 =zz=')
  })
})
