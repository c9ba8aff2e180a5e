import { createHash, X509Certificate } from 'node:crypto'
import { jwt } from 'safe-mcp/identity'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { type Forge, forged, pair } from './forge.ts'
import { harnesses } from './harnesses.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const es = pair('ES256', 'es-1')
const forge = { issuer, audience } as Forge

/** A self-signed certificate for `CN=client`, made for this test; its key was thrown away. */
const pem = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUTfre6bMuHLztZyqHKKeNsuEwp40wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyMzE2MjYzM1oYDzIxMjYxMDMwMTYy
NjMzWjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQY+Ak4SGTan4ZhEMvnm9EUYZSs3quHFIqnVNzTdooXNaAeVxlugY4/QajOs0yl
R4CqZZZ+wxayK9gb7Uj4b4Hzo1MwUTAdBgNVHQ4EFgQULtRjFBx8y/G+Sl+9KRRO
ljP3GLMwHwYDVR0jBBgwFoAULtRjFBx8y/G+Sl+9KRROljP3GLMwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAtX7ItKYbWFxrIF4t1XLgmAr+YsCYi
Von6Z4IWCD7nuQIhAL+8pLdOPv8SdQRbsoAGM3HdHcIXvi7UsrFCP1srqT4p
-----END CERTIFICATE-----
`
const certificate = new X509Certificate(pem)
const digest = createHash('sha256').update(certificate.raw).digest()
const bound = () => forged(forge, es, {}, { cnf: { 'x5t#S256': digest.toString('base64url') } })

describe.each(harnesses)('tokens bound to a certificate, on $name', (harness) => {
  let app: RunningApp
  let handled: number

  async function start(clientCertificate: object, trustedProxies?: () => boolean): Promise<void> {
    handled = 0
    const identity = { verifiers: [jwt({ issuer, audience, keys: [es.publicKey] })], clientCertificate, trustedProxies }
    app = await harness.start({
      options: { audit: false, identity: identity as never },
      routes: [
        {
          path: '/',
          handler: ({ safeMcp }) => {
            handled++
            return { json: { assurance: safeMcp?.principal?.assurance } }
          },
        },
      ],
    })
  }
  afterEach(() => app.close())

  const send = (header: string, value: string | undefined, token = bound()) =>
    app.fetch('/', { headers: { authorization: `Bearer ${token}`, ...(value === undefined ? {} : { [header]: value }) } })

  it.each<[string, string, string, string]>([
    ['the hash in hexadecimal', 'hash', 'x-client-cert-sha256', digest.toString('hex')],
    ['the hash in hexadecimal with colons', 'hash', 'x-client-cert-sha256', certificate.fingerprint256],
    ['the hash in base64url', 'hash', 'x-client-cert-sha256', digest.toString('base64url')],
    ['the certificate as RFC 9440', 'certificate', 'client-cert', `:${certificate.raw.toString('base64')}:`],
    ['the certificate as URL-encoded PEM', 'certificate', 'x-ssl-client-cert', encodeURIComponent(pem)],
    ['the element of Envoy', 'xfcc', 'x-forwarded-client-cert', `By=spiffe://a/b;Hash=${digest.toString('hex')};URI=spiffe://a/c`],
  ])('are accepted with %s from a trusted proxy', async (_, format, header, value) => {
    await start({ header, format }, () => true)
    const response = await send(header, value)
    expect(await response.json()).toEqual({ assurance: 'proof-of-possession' })
    expect((await send(header, undefined)).status).toBe(401)
    expect((await send(header, format === 'hash' ? 'a'.repeat(64) : 'nonsense')).status).toBe(401)
    expect((await send(header, `${value}, ${value}`)).status).toBe(401)
    expect(handled).toBe(1)
  })

  it('are refused when the header comes from somebody else', async () => {
    await start({ header: 'x-client-cert-sha256', format: 'hash' })
    expect((await send('x-client-cert-sha256', digest.toString('hex'))).status).toBe(401)
    expect(handled).toBe(0)
  })

  it('are refused when two elements of Envoy disagree about who wrote them', async () => {
    await start({ header: 'x-forwarded-client-cert', format: 'xfcc' }, () => true)
    const hash = digest.toString('hex')
    for (const value of [`Hash=${hash},Hash=${'b'.repeat(64)}`, `Hash=${hash};Hash=${hash}`, `Subject="Hash=${hash}"`, `hash=`]) {
      expect((await send('x-forwarded-client-cert', value)).status).toBe(401)
    }
  })
})
