export type { AuthInfo, ChainReport, ComponentReport, Principal } from '../core/principal.ts'
export { type ApiKeyOptions, type ApiKeyRecord, apiKey, generateApiKey, hashApiKey } from './api-key.ts'
export { type AztpOptions, aztp } from './aztp.ts'
export type { TokenUser, ToolAccess } from './aztp-answers.ts'
export { type AztpClient, type AztpClientOptions, createAztpClient } from './aztp-client.ts'
export { type ChainRules, parseChainHeader, verifyComponentChain } from './chain.ts'
export type { ChainOptions, ChainVerifier } from './chain-check.ts'
export type { ClientCertificateOptions } from './client-certificate.ts'
export type { ComponentDirectory, ComponentRecord, LookupOptions } from './component.ts'
export type { ProofOptions } from './dpop.ts'
export {
  AztpError,
  type Connection,
  type FlowRecord,
  type IdentityRecord,
  type IdentityService,
  type IssueOptions,
  type LinkRecord,
} from './identity-service.ts'
export { type IntrospectionOptions, introspection } from './introspection.ts'
export { type JwtOptions, jwt } from './jwt.ts'
export type { KeyInput } from './keys.ts'
export { metadataUrl, protectedResourceMetadata, type ResourceMetadataOptions } from './metadata.ts'
export { type Registry, type RegistryOptions, registry } from './registry.ts'
export type { SessionOptions } from './session.ts'
export { type SpiffeOptions, spiffe } from './spiffe.ts'
export { type AztpIdParts, formatAztpId, parseAztpId, parseWorkloadId, type WorkloadId } from './spiffe-id.ts'
export type { TokenCacheOptions } from './token-cache.ts'
export { type Accepted, defineVerifier, type Presented, type Refused, refuse, type Verification, type Verifier } from './verifier.ts'
