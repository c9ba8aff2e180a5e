import { describe, expect, it } from 'vitest'
import { chainGuard } from '../../../src/guards/chain.ts'
import { type IdentityOptions, identityGuard } from '../../../src/guards/identity.ts'
import {
  apiKey,
  aztp,
  createAztpClient,
  type IntrospectionOptions,
  introspection,
  jwt,
  protectedResourceMetadata,
  registry,
  type SpiffeOptions,
  spiffe,
} from '../../../src/identity/index.ts'

const verifiers = [registry()]
const wrong = (options: object): never => options as never
const aLookup = { lookup: () => undefined }

describe('options nobody can mean', () => {
  it.each<[string, () => unknown, string, RegExp]>([
    [
      'a misspelt option of the guard',
      () => identityGuard(wrong({ verifiers, require: true })),
      'identity.require',
      /Did you mean `required`/,
    ],
    ['no verifiers', () => identityGuard(wrong({})), 'identity.verifiers', /at least one verifier/],
    ['an empty list of verifiers', () => identityGuard({ verifiers: [] }), 'identity.verifiers', /at least one verifier/],
    ['a verifier that was not called', () => identityGuard(wrong({ verifiers: [jwt] })), 'identity.verifiers', /jwt\(\{/],
    ['a resource over http', () => identityGuard({ verifiers, resource: 'http://mcp.example.com/' }), 'identity.resource', /https/],
    ['a resource with a query', () => identityGuard({ verifiers, resource: 'https://mcp.example.com/?a' }), 'identity.resource', /query/],
    ['a resource that is no URL', () => identityGuard({ verifiers, resource: 'mcp.example.com' }), 'identity.resource', /https/],
    ['a chain without a directory', () => chainGuard(wrong({})), 'chain.directory', /registry\(\)/],
    [
      'a misspelt option of a chain',
      () => identityGuard(wrong({ verifiers, chain: { directory: aLookup, maxComponent: 3 } })),
      'chain.maxComponent',
      /maxComponents/,
    ],
    [
      'a misspelt option of jwt',
      () => jwt(wrong({ issuer: 'https://a.test', audience: 'a', jwksUri: 'https://a.test/jwks' })),
      'jwt.jwksUri',
      /jwksUrl/,
    ],
    [
      'an API key record with a key in it',
      () => apiKey(wrong({ keys: [{ id: 'a', key: 'secret', principal: 'p' }] })),
      'apiKey.keys[0].key',
      /not an option/,
    ],
    [
      'introspection over http',
      () => introspection(wrong({ url: 'http://a.test/i', audience: 'a' }) as IntrospectionOptions),
      'introspection.url',
      /https/,
    ],
    [
      'introspection without an audience',
      () => introspection(wrong({ url: 'https://a.test/i', audience: '' }) as IntrospectionOptions),
      'introspection.audience',
      /false/,
    ],
    ['SPIFFE without bundles', () => spiffe({ audience: 'a', bundles: {} }), 'spiffe.bundles', /at least one/],
    [
      'SPIFFE with a trust domain in upper case',
      () => spiffe({ audience: 'a', bundles: { 'A.test': 'https://a.test' } } as SpiffeOptions),
      "spiffe.bundles['A.test']",
      /trust domain/,
    ],
    [
      'a bundle without JWT-SVID keys',
      () => spiffe({ audience: 'a', bundles: { 'a.test': { keys: [{ kty: 'EC', use: 'x509-svid' }] } } }),
      "spiffe.bundles['a.test']",
      /jwt-svid/,
    ],
    ['AZTP without a credential', () => aztp(wrong({ client: registry() })), 'aztp.credential', /verifier/],
    [
      'AZTP access tokens judged by a registry',
      () => aztp({ client: registry(), credential: 'access-token' }),
      'aztp.client',
      /createAztpClient/,
    ],
    ['an AZTP client without a key', () => createAztpClient(wrong({})), 'createAztpClient.apiKey', /must be set/],
    ['a registry for a trust domain that is none', () => registry({ trustDomain: 'Not A Domain' }), 'registry.trustDomain', /trust domain/],
    [
      'a registry with a public signing key',
      () => registry({ signingKey: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } }),
      'registry.signingKey',
      /private/,
    ],
    [
      'metadata without an authorization server',
      () => protectedResourceMetadata({ resource: 'https://a.test', authorizationServers: [] }),
      'identity.authorizationServers',
      /at least one/,
    ],
  ])('say where they are wrong and how to mend it: %s', (_, make, path, message) => {
    expect(make).toThrow(expect.objectContaining({ name: 'SafeMcpConfigError', path }))
    expect(make).toThrow(message)
  })

  it('are read, never written', () => {
    const options: IdentityOptions = Object.freeze({ verifiers: Object.freeze(verifiers), scopes: Object.freeze(['read']) })
    expect(() => identityGuard(options)).not.toThrow()
  })
})
