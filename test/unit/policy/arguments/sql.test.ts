import { expect, it } from 'vitest'
import { type SqlArgOptions, sqlArg } from '../../../../src/policy/index.ts'

const rule = (value: unknown, options?: SqlArgOptions) => sqlArg(options).check(value)?.rule

it.each([
  'select * from users where id = 5',
  'SELECT name, count(*) FROM t GROUP BY name ORDER BY 1 LIMIT 10;',
  "select 'it''s; drop table x -- no' as a",
  'select "Update" from t',
  'with x as (select 1) select * from x',
  'select replace(a, b, c) from t',
  "select * from t where a = 'O''Brien' or b = 2",
  '(select 1)',
  "select * from t where name like '%or 1=1%'",
])('a plain query passes: %s', (sql) => expect(rule(sql)).toBeUndefined())

it.each([
  ['drop table users', 'sql/verb'],
  ['DeLeTe from users', 'sql/verb'],
  ['delete/**/from users', 'sql/comment'],
  ['select 1; drop table users', 'sql/stacked'],
  ['select 1;;select 2', 'sql/stacked'],
  ['with x as (delete from users returning *) select * from x', 'sql/verb'],
  ['explain analyze delete from users', 'sql/verb'],
  ['select * into other from users', 'sql/verb'],
  ["select * from users where name = '' or '1'='1'", 'sql/always-true'],
  ['select * from users where 1=1', 'sql/always-true'],
  ['select * from users where id = 5 or 1 = 1', 'sql/always-true'],
  ['select * from users where id = 5 or true', 'sql/always-true'],
  ['select * from users where id=id', 'sql/always-true'],
  ['select 1 -- x', 'sql/comment'],
  ['select 1 # x', 'sql/comment'],
  ['select /*!50000 1 */', 'sql/comment'],
  ["select 'abc", 'sql/ambiguous-quote'],
  ["select '\\' or 1=1 -- '", 'sql/ambiguous-quote'],
  ["select load_file('/etc/passwd')", 'sql/reaches-out'],
  ["select 1 into outfile '/x'", 'sql/reaches-out'],
  ['select pg_sleep(10)', 'sql/reaches-out'],
  ["exec xp_cmdshell 'dir'", 'sql/verb'],
  ["'; ATTACH DATABASE '/x' AS e", 'sql/ambiguous-quote'],
  ['1 or 1', 'sql/malformed'],
  ['', 'sql/malformed'],
  ['select\0 1', 'sql/malformed'],
  [{}, 'sql/malformed'],
])('%j is refused: %s', (sql, expected) => expect(rule(sql)).toBe(expected))

it('update and delete need a where unless told otherwise', () => {
  const verbs = ['select', 'update', 'delete']
  expect(rule('update t set a = 1', { verbs })).toBe('sql/no-where')
  expect(rule('update t set a = 1 where id = 2', { verbs })).toBeUndefined()
  expect(rule("delete from t where 'x'='x'", { verbs })).toBe('sql/always-true')
  expect(rule('delete from t', { verbs, requireWhere: false })).toBeUndefined()
})

it('limit and union can be required and refused', () => {
  expect(rule('select a from t', { requireLimit: true })).toBe('sql/no-limit')
  expect(rule('select a from t limit 5', { requireLimit: true })).toBeUndefined()
  expect(rule('select a from t union all select b from u', { union: false })).toBe('sql/union')
})

it.each([
  ['select * from orders', undefined],
  ['select * from orders o join items i on o.id = i.o', undefined],
  ['select * from orders, users', 'sql/table'],
  ['select * from orders o, users u', 'sql/table'],
  ['select * from public.orders', 'sql/table'],
  ['select * from (select * from users) x', 'sql/table'],
  ['select * from orders where id in (select id from "users")', 'sql/table'],
  ["select * from 'orders'", 'sql/table'],
])('tables are an allowlist: %s gives %s', (sql, expected) => {
  expect(rule(sql, { tables: ['orders', 'items'] })).toBe(expected)
})

it('stays quick on hostile text', () => {
  const started = performance.now()
  for (const text of [
    "'".repeat(99_999),
    '$a'.repeat(49_000),
    '/*'.repeat(49_000),
    'or '.repeat(30_000),
    '-'.repeat(99_999),
    `select ${'('.repeat(90_000)}`,
  ])
    rule(text)
  expect(performance.now() - started).toBeLessThan(3_000)
})
