import { describe, expect, it } from 'vitest'
import { urlArg } from '../../../../src/policy/index.ts'

describe('with hosts', () => {
  const rule = (value: unknown) => urlArg({ hosts: ['api.example.com', '*.cdn.example', 'b\u00fccher.example'] }).check(value)?.rule

  it.each([
    'https://api.example.com/x?y=1',
    'http://api.example.com',
    'https://API.example.com/',
    'https://api.example.com./',
    'https://a.cdn.example/',
    'https://x.y.cdn.example/',
    'https://b\u00fccher.example/',
  ])('lets %j pass', (value) => expect(rule(value)).toBeUndefined())

  it.each([
    ['https://evil.example/', 'url/host'],
    ['https://api.example.com.evil.example/', 'url/host'],
    ['https://cdn.example/', 'url/host'],
    ['https://evilcdn.example/', 'url/host'],
    ['https://api.example.com@evil.example/', 'url/userinfo'],
    ['https://user:pw@api.example.com/', 'url/userinfo'],
    ['https://@api.example.com/', 'url/userinfo'],
    ['https://evil.example\\@api.example.com/', 'url/ambiguous'],
    ['https:\\\\api.example.com', 'url/ambiguous'],
    ['https:api.example.com', 'url/ambiguous'],
    ['https:///api.example.com', 'url/ambiguous'],
    ['https://api.exam\tple.com/', 'url/ambiguous'],
    [' https://api.example.com/', 'url/ambiguous'],
    ['https://api.example.com/\n', 'url/ambiguous'],
    ['https://api\u200b.example.com/', 'url/ambiguous'],
    ['ftp://api.example.com/', 'url/scheme'],
    ['file:///etc/passwd', 'url/scheme'],
    ['gopher://api.example.com/', 'url/scheme'],
    ['javascript:alert(1)', 'url/scheme'],
    ['data:text/html,x', 'url/scheme'],
    ['https://api.example.com:8443/', 'url/port'],
    ['https://\u0430pi.example.com/', 'url/look-alike'],
    ['//api.example.com/', 'url/malformed'],
    ['api.example.com', 'url/malformed'],
    ['', 'url/malformed'],
    [7, 'url/malformed'],
    [`https://api.example.com/${'a'.repeat(9000)}`, 'url/malformed'],
  ])('refuses %j: %s', (value, expected) => expect(rule(value)).toBe(expected))
})

describe('private addresses', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0/',
    'http://10.0.0.5/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://app.localhost/',
    'http://metadata.google.internal/',
    'http://db/',
    'http://127.0.0.1.nip.io/',
    'http://10-0-0-1.sslip.io/',
    'http://localtest.me/',
    'http://\u2460\u2461\u2466.0.0.1/',
    'http://%31%32%37.0.0.1/',
    'http://\uff11\uff12\uff17.0.0.1/',
  ])('%s is one', (value) => expect(urlArg().check(value)?.rule).toBe('url/private-address'))

  it.each(['http://8.8.8.8/', 'https://example.com/', 'http://[2606:4700::1111]/'])('%s is none', (value) =>
    expect(urlArg().check(value)).toBeUndefined(),
  )

  it('pass when the operator says so', () => {
    expect(urlArg({ privateAddresses: true }).check('http://127.0.0.1/')).toBeUndefined()
    expect(urlArg({ hosts: ['127.0.0.1'] }).check('http://127.0.0.1/')?.rule).toBe('url/private-address')
  })
})

it('internationalised and disguised names are refused unless allowed', () => {
  expect(urlArg().check('https://\u0430pple.com/')?.rule).toBe('url/look-alike')
  expect(urlArg().check('https://xn--pple-43d.com/')?.rule).toBe('url/look-alike')
  expect(urlArg({ idn: true }).check('https://b\u00fccher.example/')).toBeUndefined()
  expect(urlArg({ idn: true }).check('https://\uff45xample.com/')?.rule).toBe('url/look-alike')
})

it('ports can be listed', () => {
  expect(urlArg({ ports: [8443] }).check('https://example.com:8443/')).toBeUndefined()
  expect(urlArg().check('https://example.com:443/')).toBeUndefined()
})

it('a host that is none is found at construction', () => {
  for (const host of ['http://x', 'a/b', 'u@h', ''])
    expect(() => urlArg({ hosts: [host] })).toThrowError(expect.objectContaining({ path: 'urlArg.hosts[0]' }))
})
