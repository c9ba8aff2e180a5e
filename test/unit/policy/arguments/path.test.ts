import { describe, expect, it } from 'vitest'
import { pathArg } from '../../../../src/policy/index.ts'

describe('within roots', () => {
  const check = pathArg({ roots: ['/srv/data', '/home/app/'] })
  const rule = (value: unknown) => check.check(value)?.rule

  it.each([
    'report.pdf',
    'a/b/c.txt',
    './x',
    'a/../b',
    '/srv/data',
    '/srv/data/x',
    '/srv/data/a/../b',
    '/home/app/x',
    'with space.txt',
    '100%.txt',
    'r\u00e9sum\u00e9.pdf',
    '\u65e5\u672c.txt',
    'a%20b',
    'dev/notes.md',
    'etc/readme',
  ])('lets %j pass', (value) => expect(rule(value)).toBeUndefined())

  it.each([
    ['../x', 'path/traversal'],
    ['a/../../x', 'path/traversal'],
    ['..', 'path/traversal'],
    ['..\\x', 'path/traversal'],
    ['a\\..\\..\\x', 'path/traversal'],
    ['%2e%2e/x', 'path/traversal'],
    ['%2e%2e%2fx', 'path/traversal'],
    ['..%5cx', 'path/traversal'],
    ['%252e%252e%252fx', 'path/traversal'],
    ['%25252e%25252e%25252fx', 'path/traversal'],
    ['%c0%ae%c0%ae/x', 'path/traversal'],
    ['%c0%ae%c0%ae%c0%afx', 'path/traversal'],
    ['%e0%80%ae%e0%80%ae%2fx', 'path/traversal'],
    ['%f0%80%80%ae%f0%80%80%ae/x', 'path/traversal'],
    ['%u002e%u002e%u2215x', 'path/traversal'],
    ['\uff0e\uff0e/x', 'path/traversal'],
    ['.../x', 'path/traversal'],
    ['.. /x', 'path/traversal'],
    ['. ./x', 'path/traversal'],
    ['/srv/data/../../etc/hosts', 'path/sensitive'],
    ['/srv/database/x', 'path/outside-roots'],
    ['/srv', 'path/outside-roots'],
    ['/srv/DATA/x', 'path/outside-roots'],
    ['/tmp/x', 'path/outside-roots'],
    ['/etc/passwd', 'path/sensitive'],
    ['//etc/passwd', 'path/sensitive'],
    ['~/x', 'path/outside-roots'],
    ['~root/x', 'path/outside-roots'],
    ['C:/x', 'path/drive-or-share'],
    ['C:\\x', 'path/drive-or-share'],
    ['C:..\\x', 'path/drive-or-share'],
    ['\\\\host\\share\\x', 'path/drive-or-share'],
    ['//host/share', 'path/drive-or-share'],
    ['\\\\?\\C:\\x', 'path/drive-or-share'],
    ['file:///etc/passwd', 'path/sensitive'],
    ['file://localhost/tmp/x', 'path/outside-roots'],
    ['FILE:///tmp/x', 'path/outside-roots'],
    ['http://x/y', 'path/drive-or-share'],
    ['x\0.txt', 'path/control-character'],
    ['x%00.txt', 'path/control-character'],
    ['x%2500.txt', 'path/control-character'],
    ['x\ny', 'path/control-character'],
    ['x%0ay', 'path/control-character'],
    [`%${'25'.repeat(6)}2e`, 'path/encoded'],
    ['.ssh/id_rsa', 'path/sensitive'],
    ['/srv/data/.env', 'path/sensitive'],
    ['.ENV', 'path/sensitive'],
    ['a/.env.production', 'path/sensitive'],
    [5, 'path/malformed'],
    [null, 'path/malformed'],
    [{}, 'path/malformed'],
    ['a'.repeat(5000), 'path/malformed'],
  ])('refuses %j: %s', (value, expected) => expect(rule(value)).toBe(expected))
})

describe('without roots', () => {
  const rule = (value: unknown) => pathArg().check(value)?.rule
  it.each([
    '/home/user/documents/report.pdf',
    'src/main.py',
    '/var/log/app.log',
    '/proc/cpuinfo',
    '.env.example',
    'config/app/database.yml',
    'package.json',
    'C:/Users/me/x.txt',
    'keys.md',
    'secrets/readme.md',
  ])('lets %j pass', (value) => expect(rule(value)).toBeUndefined())
  it.each([
    '/etc/shadow',
    '/home/u/.npmrc',
    'serviceAccount.json',
    'secrets.yaml',
    'C:\\Windows\\System32',
    'c:/windows',
    '/root/.ssh',
    '/proc/self/environ',
    'x.pem',
    'a/credentials',
    '~/.aws/config',
    '/var/run/docker.sock',
  ])('notices %j', (value) => expect(rule(value)).toBe('path/sensitive'))
})

it('a root below a sensitive directory opens what lies in it, but not secrets there', () => {
  const check = pathArg({ roots: ['/etc/myapp'] })
  expect(check.check('/etc/myapp/a.conf')).toBeUndefined()
  expect(check.check('/etc/myapp/.ssh/x')?.rule).toBe('path/sensitive')
  expect(check.check('/etc/shadow')?.rule).toBe('path/sensitive')
})

it('sensitive: true lets them pass inside the roots', () => {
  expect(pathArg({ roots: ['/x'], sensitive: true }).check('/x/.env')).toBeUndefined()
})

it('stays quick on long encoded text', () => {
  const check = pathArg({ maxLength: 1_000_000 })
  const started = performance.now()
  check.check('%25'.repeat(300_000))
  check.check('../'.repeat(300_000))
  check.check('. '.repeat(400_000))
  expect(performance.now() - started).toBeLessThan(3_000)
})
