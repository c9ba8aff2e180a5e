import { describe, expect, it } from 'vitest'
import { renderChallenge } from '../../../src/identity/challenge.ts'
import { metadataUrl } from '../../../src/identity/metadata.ts'

describe('a challenge', () => {
  it.each<[string, Parameters<typeof renderChallenge>[0], string]>([
    ['says Bearer and a parameter first', {}, 'Bearer realm="mcp"'],
    ['names the metadata', { resourceMetadata: 'https://a.test/m' }, 'Bearer resource_metadata="https://a.test/m"'],
    ['leaves offline_access out', { scopes: ['a', 'offline_access', 'b'] }, 'Bearer realm="mcp", scope="a b"'],
    ['leaves out scopes that are none', { scopes: ['a"b', 'c d', '', 'e'] }, 'Bearer realm="mcp", scope="e"'],
    [
      'drops quotes, backslashes and control characters',
      { resourceMetadata: 'https://a.test/"\\\r\nx' },
      'Bearer resource_metadata="https://a.test/x"',
    ],
    ['offers DPoP second', { dpopAlgorithms: ['ES256', 'EdDSA'] }, 'Bearer realm="mcp", DPoP algs="ES256 EdDSA"'],
  ])('%s', (_, challenge, expected) => {
    expect(renderChallenge(challenge)).toBe(expected)
  })
})

describe('the place of the metadata', () => {
  it.each([
    ['https://a.test', 'https://a.test/.well-known/oauth-protected-resource'],
    ['https://a.test/', 'https://a.test/.well-known/oauth-protected-resource'],
    ['https://a.test/mcp', 'https://a.test/.well-known/oauth-protected-resource/mcp'],
    ['http://127.0.0.1:8080/a/b', 'http://127.0.0.1:8080/.well-known/oauth-protected-resource/a/b'],
  ])('of %s is %s', (resource, url) => {
    expect(metadataUrl(resource)).toBe(url)
  })
})
