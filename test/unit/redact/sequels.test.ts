import { describe, expect, it } from 'vitest'
import { outputGuard } from '../../../src/guards/output.ts'
import { answer } from './exchange.ts'

const token = `ghp_${'a1B2c3D4e'.repeat(4)}`
const line = 'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF0qMD1DJ'
const block = ['-----BEGIN RSA PRIVATE KEY-----', line, line, line, '-----END RSA PRIVATE KEY-----']

const log = (data: unknown): string => JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } })
const progress = (message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1, message } })
const done = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [] } })

/** What a client reads of a stream of these messages. */
async function stream(messages: readonly string[], options: Parameters<typeof outputGuard>[0] = {}) {
  const body = [...messages, done].map((message) => `data: ${message}\n\n`)
  const sent = await answer(outputGuard(options), { type: 'text/event-stream', body })
  const events = sent.body
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)))
  return { ...sent, said: events.slice(0, -1).map(({ params }) => params.data ?? params.message), events }
}

describe('a key cut over the notifications of a stream', () => {
  it('loses its end, wherever it is cut in two', async () => {
    for (const say of [log, progress]) {
      for (let cut = 1; cut < token.length; cut++) {
        const { said, findings } = await stream([say(`the key is ${token.slice(0, cut)}`), say(`${token.slice(cut)} and more`)])
        expect(said, String(cut)).toEqual([`the key is ${token.slice(0, cut)}`, '[GITHUB_TOKEN_REDACTED] and more'])
        expect(findings).toMatchObject([{ rule: 'secret/github-token', pointer: say === log ? '/params/data' : '/params/message' }])
      }
    }
  })

  it('never leaves whole, wherever it is cut in three', async () => {
    for (let i = 1; i < token.length - 1; i++) {
      for (let j = i + 1; j < token.length; j += 3) {
        const { said } = await stream([log(token.slice(0, i)), log(token.slice(i, j)), log(token.slice(j))])
        expect(said, `${i}, ${j}`).toEqual([token.slice(0, i), token.slice(i, j), '[GITHUB_TOKEN_REDACTED]'])
      }
    }
  })

  it('is seen through the escapes of JSON, odd spacing and a second member of that name or the other', async () => {
    for (const cut of [8, 20]) {
      const rest = token.slice(cut)
      for (const second of [
        log(rest).replace(rest, Array.from(rest, (char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('')),
        log(rest).replace('"data":"', '"data" :\n"').replaceAll('\n', ' '),
        log(rest).replace('"data"', '"_meta":{"data":"x y"},"data"'),
        log(rest).replace('"data"', '"_meta":{"data":"x \\\\"},"data"'),
        log(rest).replace('"data"', '"data":"x \\\\","data"'),
        log(rest).replace('"data"', '"message":"x y","data"'),
        log(rest).replace(/}}$/, ',"_meta":{"message":"x y"}}}'),
        progress(rest).replace(/}}$/, ',"_meta":{"data":"x y"}}}'),
      ]) {
        const { said } = await stream([log(token.slice(0, cut)), second])
        expect(said, second).toEqual([token.slice(0, cut), '[GITHUB_TOKEN_REDACTED]'])
      }
    }
  })

  it('loses every line of a block after the first, and nothing after its end', async () => {
    const { said } = await stream([...block, 'all done', line].map(log))
    expect(said).toEqual([block[0], ...Array(4).fill('[PRIVATE_KEY_REDACTED]'), 'all done', line])
    const pieces = [`${block[0]}\n${line}`, line, `${line}\n${block.at(-1)}\nall done`]
    expect((await stream(pieces.map(log))).said).toEqual([
      '[PRIVATE_KEY_REDACTED]',
      '[PRIVATE_KEY_REDACTED]',
      '[PRIVATE_KEY_REDACTED]\nall done',
    ])
  })

  it('withholds the message in strict mode and only reports in monitor mode', async () => {
    const halves = [log(token.slice(0, 20)), log(token.slice(20))]
    const strict = await stream(halves, { mode: 'strict' })
    expect(strict.body).not.toContain(token.slice(20))
    const monitor = await stream(halves, { mode: 'monitor' })
    expect(monitor.said).toEqual([token.slice(0, 20), token.slice(20)])
    expect(monitor.findings).toMatchObject([{ rule: 'secret/github-token' }])
  })
})

describe('notifications that only follow one another', () => {
  it('leave as the bytes they were', async () => {
    const messages = [
      progress('step 1'),
      progress('2 of 3'),
      log('call +1 (415) 555-'),
      log('2671 rows'),
      log('paid with 4111 1111'),
      log('1111 1111 rows'),
      log({ who: 'x', n: [1, 2] }),
      log('http://host:8080'),
      log('@example'),
      log(''),
      log('aaaaaaaaaaaaaaaaaaaaaaaa'),
      log('bbbbbbbbbbbbbbbbbbbbbbbb'),
      log('sk-'),
      log('learn and sk-'),
      log('loading-spinner-large'),
    ]
    const { body, findings } = await stream(messages)
    expect(body).toBe([...messages, done].map((message) => `data: ${message}\n\n`).join(''))
    expect(findings).toEqual([])
  })

  it('keep what follows a key that was whole', async () => {
    const { said } = await stream([log(`sk-proj-${'a1B2'.repeat(12)}`), log('done'), log('andmorewithoutablank1234567890')])
    expect(said).toEqual(['[OPENAI_KEY_REDACTED]', 'done', 'andmorewithoutablank1234567890'])
  })
})
