import { describe, expect, it } from 'vitest'
import { SafeMcpConfigError } from '../../../src/core/config-error.ts'
import { type ApiKeyRecord, apiKey, generateApiKey, hashApiKey } from '../../../src/identity/api-key.ts'
import { bearer, guarded, stoppedClock } from './support.ts'

const clock = stoppedClock()
const first = generateApiKey()
const second = generateApiKey('team')
const old = generateApiKey()

const keys: readonly ApiKeyRecord[] = [
  { id: 'k1', hash: first.hash, principal: 'ci', scopes: ['build'] },
  { id: 'k2', hash: second.hash, principal: { id: 'ci', kind: 'agent', attributes: { team: 'red' } } },
  { id: 'k3', hash: old.hash, principal: 'ci', expiresAt: clock.now() },
]

describe('apiKey', () => {
  it('knows a key by its hash, in its own header and as a bearer token', async () => {
    const app = guarded([apiKey({ keys })], clock)
    for (const headers of [{ 'x-api-key': first.key }, bearer(first.key)]) {
      const { reply, exchange } = await app.send({ headers })
      expect(reply).toBeUndefined()
      expect(exchange.context.principal).toMatchObject({
        id: 'ci',
        kind: 'service',
        provider: 'api-key',
        scopes: ['build'],
        attributes: { keyId: 'k1' },
      })
      expect(exchange.context.authInfo).toMatchObject({ token: first.key, clientId: 'k1' })
    }
  })

  it('lets several keys name one principal', async () => {
    const { exchange } = await guarded([apiKey({ keys })], clock).send({ headers: { 'x-api-key': second.key } })
    expect(exchange.context.principal).toMatchObject({ id: 'ci', kind: 'agent', attributes: { team: 'red', keyId: 'k2' } })
  })

  it.each<[string, Record<string, string>, string]>([
    ['an unknown key', { 'x-api-key': `${first.key}x` }, 'identity_invalid'],
    ['a prefix of a key', { 'x-api-key': first.key.slice(0, -1) }, 'identity_invalid'],
    ['the hash in place of the key', { 'x-api-key': first.hash }, 'identity_invalid'],
    ['an expired key', { 'x-api-key': old.key }, 'identity_invalid'],
    ['an empty key', { 'x-api-key': '' }, 'identity_invalid'],
    ['two keys in one header', { 'x-api-key': `${first.key}, ${second.key}` }, 'identity_invalid'],
    ['a key beside a bearer token', { 'x-api-key': first.key, authorization: 'Bearer abc' }, 'identity_invalid'],
    ['a key as Basic', { authorization: `Basic ${first.key}` }, 'identity_invalid'],
    ['no key', {}, 'identity_required'],
  ])('refuses %s', async (_, headers, code) => {
    const { reply, code: denied } = await guarded([apiKey({ keys })], clock).send({ headers })
    expect(reply?.status).toBe(401)
    expect(denied).toBe(code)
  })

  it('does not read keys from the query', async () => {
    const { code } = await guarded([apiKey({ keys })], clock).send({ query: `x-api-key=${first.key}&api_key=${first.key}` })
    expect(code).toBe('identity_required')
  })

  it('reads only the header it is told to', async () => {
    const app = guarded([apiKey({ keys, header: 'X-Team-Key' })], clock)
    expect((await app.send({ headers: { 'x-team-key': first.key } })).reply).toBeUndefined()
    expect((await app.send({ headers: { 'x-api-key': first.key } })).code).toBe('identity_required')
    expect((await app.send({ headers: bearer(first.key) })).code).toBe('identity_invalid')
  })

  it('takes hashes in hexadecimal and base64url', async () => {
    const hash = Buffer.from(hashApiKey('a key'), 'hex').toString('base64url')
    expect(() => apiKey({ keys: [{ id: 'k', hash, principal: 'p' }] })).not.toThrow()
  })

  it.each<[string, readonly ApiKeyRecord[]]>([
    ['a key in place of its hash', [{ id: 'k', hash: first.key, principal: 'p' }]],
    ['an id twice', [keys[0] as ApiKeyRecord, { ...(keys[1] as ApiKeyRecord), id: 'k1' }]],
    ['a hash twice', [keys[0] as ApiKeyRecord, { ...(keys[0] as ApiKeyRecord), id: 'k9' }]],
    ['a nonsense time', [{ ...(keys[0] as ApiKeyRecord), expiresAt: 'soon' }]],
  ])('does not start with %s', (_, records) => {
    expect(() => apiKey({ keys: records })).toThrow(SafeMcpConfigError)
  })
})

describe('apiKey with keys in a database', () => {
  const record = (hash: string): ApiKeyRecord => ({ id: 'db-1', hash, principal: 'customer' })
  const app = (find: (hash: string) => ApiKeyRecord | undefined | Promise<ApiKeyRecord | undefined>) =>
    guarded([apiKey({ find, timeoutMs: 30 })], clock)

  it('asks by hash, every time', async () => {
    const asked: string[] = []
    const rig = app(async (hash) => {
      asked.push(hash)
      return hash === first.hash ? record(hash) : undefined
    })
    expect((await rig.send({ headers: { 'x-api-key': first.key } })).exchange.context.principal).toMatchObject({ id: 'customer' })
    expect((await rig.send({ headers: { 'x-api-key': second.key } })).code).toBe('identity_invalid')
    expect((await rig.send({ headers: { 'x-api-key': first.key } })).reply).toBeUndefined()
    expect(asked).toEqual([first.hash, second.hash, first.hash])
  })

  it('does not believe a database that answers with another key', async () => {
    expect((await app(() => record(second.hash)).send({ headers: { 'x-api-key': first.key } })).code).toBe('identity_invalid')
  })

  it.each<[string, () => Promise<undefined>]>([
    ['fails', () => Promise.reject(new Error('down'))],
    ['hangs', () => new Promise(() => {})],
  ])('refuses with a time to come back when the database %s', async (_, find) => {
    const { reply, code } = await app(find).send({ headers: { 'x-api-key': first.key } })
    expect(code).toBe('provider_unavailable')
    expect(reply?.status).toBe(503)
  })

  it('takes keys or a way to find them, not both and not neither', () => {
    expect(() => apiKey({})).toThrow(SafeMcpConfigError)
    expect(() => apiKey({ keys, find: () => undefined })).toThrow(SafeMcpConfigError)
  })
})
