import { expect, it } from 'vitest'
import { commandArg, numberArg } from '../../../../src/policy/index.ts'

const check = commandArg({ allow: ['ls', 'git', 'echo', 'bash', 'tar'], denyFlags: { ls: ['--color'] } })
const rule = (value: unknown) => check.check(value)?.rule

it.each(['ls -la', "echo 'a; b | c'", 'git log --oneline', 'ls "my dir"', ['echo', 'a; b'], 'echo a=b', 'ls  x\ty', 'tar -czf a.tgz dir'])(
  '%j passes',
  (value) => expect(rule(value)).toBeUndefined(),
)

it.each([
  ['rm -rf /', 'command/program'],
  ['/bin/ls', 'command/program'],
  ['LS', 'command/program'],
  ['A=b ls', 'command/program'],
  [['rm', 'x'], 'command/program'],
  ["l''s", undefined],
  ['ls; cat x', 'command/shell-syntax'],
  ['ls & cat x', 'command/shell-syntax'],
  ['ls | sh', 'command/shell-syntax'],
  ['ls > x', 'command/shell-syntax'],
  ['ls $(id)', 'command/shell-syntax'],
  ['ls `id`', 'command/shell-syntax'],
  [`ls $${'{HOME}'}`, 'command/shell-syntax'],
  ['echo "$(id)"', 'command/shell-syntax'],
  ['echo "a`id`"', 'command/shell-syntax'],
  ["echo 'a", 'command/shell-syntax'],
  ['ls {a,b}', 'command/shell-syntax'],
  ['ls \\\n x', 'command/malformed'],
  ['ls\nrm x', 'command/malformed'],
  ['', 'command/shell-syntax'],
  [[], 'command/malformed'],
  [['ls', 5], 'command/malformed'],
  [['ls', 'a\0b'], 'command/malformed'],
  [{}, 'command/malformed'],
  ['ls --color=auto', 'command/flag'],
  ['git -c core.pager=x log', 'command/flag'],
  ['git --exec-path=/x log', 'command/flag'],
  ['bash -c id', 'command/flag'],
  ['bash -lc id', 'command/flag'],
  ['tar --checkpoint-action=exec=sh x', 'command/flag'],
])('%j gives %s', (value, expected) => expect(rule(value)).toBe(expected))

it.each([
  [5, undefined],
  ['5', undefined],
  [5.5, undefined],
  [11, 'number/too-large'],
  ['11', 'number/too-large'],
  [-1, 'number/too-small'],
  [Number.NaN, 'number/malformed'],
  [Number.POSITIVE_INFINITY, 'number/malformed'],
  ['1e1', 'number/malformed'],
  ['0x5', 'number/malformed'],
  [' 5', 'number/malformed'],
  ['05', 'number/malformed'],
  ['', 'number/malformed'],
  [true, 'number/malformed'],
  [null, 'number/malformed'],
])('number %j gives %s', (value, expected) => expect(numberArg({ min: 0, max: 10 }).check(value)?.rule).toBe(expected))

it('whole numbers only, when asked', () => {
  expect(numberArg({ integer: true }).check(5.5)?.rule).toBe('number/malformed')
  expect(numberArg({ integer: true }).check(2 ** 60)?.rule).toBe('number/malformed')
})
