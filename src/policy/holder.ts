import type { Decision, PolicyDecisionPoint } from './pdp.ts'

/** A decision point whose policy can be exchanged while requests run. */
export interface PolicyHolder<Source> extends PolicyDecisionPoint {
  /** Compiles first; only a policy that is valid as a whole takes over. Otherwise the old one stays and the fault is given back. */
  reload(source: Source): { readonly ok: true } | { readonly ok: false; readonly error: unknown }
  /** Counts successful reloads, the first policy included. */
  readonly revision: number
}

/**
 * Holds a policy that can be reloaded. The first source must be valid: a server must not start without its policy.
 *
 * @example
 * const policy = createPolicyHolder(oiap, JSON.parse(text))
 * safeMcp({ tools: { policy } })
 * watch(file, () => policy.reload(JSON.parse(readFileSync(file, 'utf8'))))
 */
export function createPolicyHolder<Source>(compile: (source: Source) => PolicyDecisionPoint, first: Source): PolicyHolder<Source> {
  let current = compile(first)
  let revision = 1
  return {
    get name() {
      return current.name
    },
    get revision() {
      return revision
    },
    evaluate: (request) => current.evaluate(request),
    reload(source) {
      try {
        current = compile(source)
      } catch (error) {
        return { ok: false, error }
      }
      revision++
      return { ok: true }
    },
  }
}

/** Where the shadow would have decided otherwise. */
export interface PolicyDifference {
  readonly live: Decision
  readonly shadow: Decision
}

/** Asks a second policy about every question, tells where it differs, and lets only the first decide. */
export function shadowPolicy(
  live: PolicyDecisionPoint,
  shadow: PolicyDecisionPoint,
  onDifference: (difference: PolicyDifference, request: Parameters<PolicyDecisionPoint['evaluate']>[0]) => void,
): PolicyDecisionPoint {
  return {
    name: live.name,
    evaluate(request) {
      const decision = live.evaluate(request)
      void compare(decision, shadow, request, onDifference)
      return decision
    },
  }
}

async function compare(
  decided: ReturnType<PolicyDecisionPoint['evaluate']>,
  shadow: PolicyDecisionPoint,
  request: Parameters<PolicyDecisionPoint['evaluate']>[0],
  onDifference: (difference: PolicyDifference, request: Parameters<PolicyDecisionPoint['evaluate']>[0]) => void,
): Promise<void> {
  try {
    const [live, other] = await Promise.all([decided, shadow.evaluate(request)])
    if (live.decision !== other.decision) onDifference({ live, shadow: other }, request)
  } catch {
    // A shadow changes nothing, not even by failing. A failure of the live policy is seen where it is awaited.
  }
}
