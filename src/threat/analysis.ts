import { SafeMcpConfigError } from '../core/config-error.ts'
import { isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { printable } from '../lib/printable.ts'
import { contextThreats } from './context.ts'
import { inputThreats } from './patterns.ts'
import { createSequenceFinder, type Sequence, type SequenceMatch } from './sequence.ts'
import { words } from './words.ts'

/** By number of threats: 5 and more, 3 and more, 1 and more, none. */
export type ThreatLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'

/** What to do: refuse; watch the caller strictly for a while; repair what was found. */
export type MitigationAction = 'BLOCK_REQUEST' | 'ENHANCED_MONITORING' | 'SANITIZE_INPUT'

/** What is known of one component of the chain. */
export interface ComponentIdentity {
  readonly id: string
  readonly aztpId?: string | undefined
  /** `active` is the only good one. */
  readonly status?: string | undefined
  /** False when verification failed; undefined when it was not tried. */
  readonly valid?: boolean | undefined
}

/** A request as a whole: text, who stands behind it, what it brings along. */
export interface RequestChain {
  readonly input?: string | undefined
  /** Names or AZTP ids, looked up with `resolve`, or identities that are known already. */
  readonly componentChain?: readonly (string | ComponentIdentity)[] | undefined
  readonly userId?: string | undefined
  /** Conversation history, context and anything else the request carries; looked at for what only a server may say. */
  readonly [more: string]: unknown
}

/** Known bad things, kept by the operator; may be replaced while running. */
export interface ThreatIntelligence {
  /** Further word sequences to look for. */
  readonly patterns?: readonly Sequence[] | undefined
  /** Component or AZTP ids that are never trusted. */
  readonly badIds?: readonly string[] | undefined
  /** Host names that must not occur in the input; subdomains count. */
  readonly badHosts?: readonly string[] | undefined
}

export interface ThreatOptions {
  /** Looks up a component by name or AZTP id. What rejects or gives nothing is `identity_verification_failed`. */
  readonly resolve?: ((id: string) => MaybePromise<ComponentIdentity | undefined>) | undefined
  /** Parts of an AZTP id that make a component suspicious. Default `['test', 'debug']`. */
  readonly suspicious?: readonly string[] | undefined
  readonly intelligence?: ThreatIntelligence | undefined
}

export interface ThreatAnalysis {
  /** UUID. */
  readonly requestId: string
  readonly threatLevel: ThreatLevel
  /** `input_prompt_injection`, `identity_inactive_ID`, `context_role_injection`, ... */
  readonly detectedThreats: readonly string[]
  readonly mitigationActions: readonly MitigationAction[]
  /** Labels of the AZTP design: SAFE-T1001 input, SAFE-T1007 identity, SAFE-T1102 context. */
  readonly techniques: readonly string[]
  /** Where in the input the input threats are, for repair. */
  readonly ranges: readonly (readonly [start: number, end: number])[]
}

export interface ThreatAnalyzer {
  /** A promise only when components must be looked up. */
  analyze(request: RequestChain): MaybePromise<ThreatAnalysis>
  /** The input patterns alone, for one text. */
  find(text: string): readonly SequenceMatch[]
  /** Replaces the intelligence from now on. */
  reload(intelligence: ThreatIntelligence): void
}

/** Compiles patterns and intelligence once. */
export function createThreatAnalyzer(options: ThreatOptions = {}): ThreatAnalyzer {
  const { resolve, suspicious = ['test', 'debug'] } = options
  let compiled = compile(options.intelligence ?? {})

  function identityThreats(component: ComponentIdentity): string[] {
    const id = printable(component.id, 64)
    const threats: string[] = []
    const aztpId = (component.aztpId ?? '').toLowerCase()
    if (component.valid === false) threats.push(`identity_verification_failed_${id}`)
    if (component.status !== undefined && component.status !== 'active') threats.push(`identity_inactive_${id}`)
    if (
      suspicious.some((part) => aztpId.includes(part)) ||
      compiled.badIds.has(component.id) ||
      compiled.badIds.has(component.aztpId ?? '')
    ) {
      threats.push(`identity_suspicious_${id}`)
    }
    return threats
  }

  function lookUp(entry: string | ComponentIdentity): MaybePromise<string[]> {
    if (typeof entry !== 'string') return identityThreats(entry)
    const unverified = [`identity_verification_failed_${printable(entry, 64)}`]
    if (resolve === undefined) return identityThreats({ id: entry, aztpId: entry.startsWith('aztp:') ? entry : undefined })
    try {
      const found = resolve(entry)
      if (!isPromise(found)) return found === undefined ? unverified : identityThreats({ ...found, id: entry })
      return found.then(
        (identity) => (identity === undefined ? unverified : identityThreats({ ...identity, id: entry })),
        () => unverified,
      )
    } catch {
      return unverified
    }
  }

  return {
    find: (text) => compiled.find(text),
    reload(intelligence) {
      compiled = compile(intelligence)
    },
    analyze(request) {
      const input = typeof request.input === 'string' ? request.input : ''
      const matches = compiled.find(input)
      const context = contextThreats(request)
      const identities = (request.componentChain ?? []).slice(0, 100).map(lookUp)
      const finish = (identity: readonly string[][]) => conclude(matches, identity.flat(), context)
      return identities.some(isPromise) ? Promise.all(identities).then(finish) : finish(identities as string[][])
    },
  }
}

/** Analyses one request. `createThreatAnalyzer` does the same for many, with the patterns compiled once. */
export async function analyzeRequestChain(request: RequestChain, options: ThreatOptions = {}): Promise<ThreatAnalysis> {
  const { resolve, suspicious, intelligence } = options
  const plain = resolve === undefined && suspicious === undefined && intelligence === undefined
  return (plain ? (shared ??= createThreatAnalyzer()) : createThreatAnalyzer(options)).analyze(request)
}

let shared: ThreatAnalyzer | undefined

function compile(intelligence: ThreatIntelligence) {
  const { patterns = [], badIds = [], badHosts = [] } = intelligence
  for (const [i, pattern] of patterns.entries()) {
    if (typeof pattern.name === 'string' && Array.isArray(pattern.steps) && pattern.steps.length > 0 && pattern.maxGap >= 0) continue
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: `intelligence.patterns[${i}]`,
      message: 'needs a name, steps and maxGap.',
    })
  }
  const sequences = createSequenceFinder([...inputThreats, ...patterns])
  const hosts = badHosts.map((host) => host.toLowerCase())
  return {
    badIds: new Set(badIds.filter((id) => id !== '')),
    find(text: string): SequenceMatch[] {
      const matches = sequences(words(text))
      if (hosts.length === 0) return matches
      const lower = text.toLowerCase()
      for (const host of hosts) {
        const at = hostIn(lower, host)
        if (at >= 0) matches.push({ name: 'known_bad_host', range: [at, at + host.length] })
      }
      return matches
    },
  }
}

/** Where a host name stands as a whole, subdomains included, or -1. */
function hostIn(text: string, host: string): number {
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + host.length] ?? ' '
    if (!/[a-z0-9-]/.test(before) && !/[a-z0-9-]/.test(after)) return at
  }
  return -1
}

function conclude(matches: readonly SequenceMatch[], identity: readonly string[], context: readonly string[]): ThreatAnalysis {
  const input = matches.map((match) => `input_${match.name}`)
  const detectedThreats = [...input, ...identity, ...context]
  const techniques: string[] = []
  if (input.length > 0) techniques.push('SAFE-T1001')
  if (identity.length > 0) techniques.push('SAFE-T1007')
  if (context.length > 0) techniques.push('SAFE-T1102')
  return {
    requestId: crypto.randomUUID(),
    ...levelOf(detectedThreats.length),
    detectedThreats,
    techniques,
    ranges: matches.map((match) => match.range),
  }
}

function levelOf(threats: number): { threatLevel: ThreatLevel; mitigationActions: MitigationAction[] } {
  if (threats >= 5) return { threatLevel: 'CRITICAL', mitigationActions: ['BLOCK_REQUEST'] }
  if (threats >= 3) return { threatLevel: 'HIGH', mitigationActions: ['ENHANCED_MONITORING'] }
  if (threats >= 1) return { threatLevel: 'MEDIUM', mitigationActions: ['SANITIZE_INPUT'] }
  return { threatLevel: 'LOW', mitigationActions: [] }
}

/** The same analysis under the names of the AZTP design. */
export function aztpThreats(analysis: ThreatAnalysis) {
  return {
    request_id: analysis.requestId,
    threat_level: analysis.threatLevel,
    detected_threats: analysis.detectedThreats,
    mitigation_actions: analysis.mitigationActions,
    safe_mcp_techniques: analysis.techniques,
  }
}
