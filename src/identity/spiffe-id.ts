/** A SPIFFE or AZTP id, taken apart. */
export interface WorkloadId {
  readonly scheme: 'spiffe' | 'aztp'
  readonly trustDomain: string
  /** Segments after the trust domain. */
  readonly path: readonly string[]
}

/**
 * Parses a SPIFFE id (SPIFFE-ID section 2) or an AZTP id, which has the same grammar under another scheme. Strict: lower-case trust domain
 * `[a-z0-9._-]`, path segments `[A-Za-z0-9._-]`, no empty or dot segments, no port, user, query, fragment or percent-encoding, 2,048 characters.
 */
export function parseWorkloadId(text: string): WorkloadId | undefined {
  if (text.length > 2048) return undefined
  const scheme = text.startsWith('spiffe://') ? 'spiffe' : text.startsWith('aztp://') ? 'aztp' : undefined
  if (scheme === undefined) return undefined
  const [trustDomain, ...path] = text.slice(scheme.length + 3).split('/') as [string, ...string[]]
  if (trustDomain.length > 255 || !/^[a-z0-9._-]+$/.test(trustDomain)) return undefined
  return path.every(isSegment) ? { scheme, trustDomain, path } : undefined
}

function isSegment(segment: string): boolean {
  return segment !== '.' && segment !== '..' && /^[A-Za-z0-9._-]+$/.test(segment)
}

/** What an AZTP id of the full form says: `aztp://<trust domain>/<workload>/<environment>/<method>/<name>`; a name may have several segments. */
export interface AztpIdParts {
  readonly trustDomain: string
  readonly workload: string
  readonly environment: string
  readonly method: string
  readonly name: string
}

export function parseAztpId(text: string): AztpIdParts | undefined {
  const id = parseWorkloadId(text)
  if (id?.scheme !== 'aztp' || id.path.length < 4) return undefined
  const [workload, environment, method, ...name] = id.path as [string, string, string, ...string[]]
  return { trustDomain: id.trustDomain, workload, environment, method, name: name.join('/') }
}

/** The full form of an AZTP id. Undefined when a part cannot stand in one. */
export function formatAztpId(parts: Pick<AztpIdParts, 'name'> & Partial<AztpIdParts>): string | undefined {
  const { trustDomain = 'aztp.network', workload = 'workload', environment = 'production', method = 'node', name } = parts
  const text = `aztp://${trustDomain}/${workload}/${environment}/${method}/${name}`
  return parseAztpId(text) === undefined ? undefined : text
}
