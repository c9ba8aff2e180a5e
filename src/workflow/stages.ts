import type { Clock } from '../core/clock.ts'
import type { Finding } from '../core/finding.ts'
import type { Mode } from '../core/mode.ts'
import type { ChainReport, Principal } from '../core/principal.ts'
import { evaluateTools } from '../policy/evaluate-tools.ts'
import { componentSubject, type PolicyDecisionPoint, type Subject, subjectOf } from '../policy/pdp.ts'
import type { Redactor } from '../redact/redactor.ts'
import { mustChange } from '../scan/result.ts'
import type { Scanner } from '../scan/scanner.ts'
import type { IdentityStage, InputStage, OutputStage, PolicyStage, ToolEvaluation } from './result.ts'

/** What stands for an input that was blocked; the design's own words. */
export const blockedText = '[BLOCKED: Security threat detected by SAFE-T1001]'

/** Stage 1: what is asked. The text is what goes on. */
export async function validateInput(
  text: string,
  scanner: Scanner,
  mode: Mode,
): Promise<{ readonly text: string; readonly stage: InputStage }> {
  const result = await scanner.scanAsync(text, { slot: 'prompt' })
  const rules = [...new Set(result.findings.map((finding) => finding.rule))]
  const about = { status: 'completed', threatsDetected: rules.length, rules, originalLength: text.length } as const
  if (!mustChange(result) || mode === 'monitor') {
    return { text, stage: { ...about, securityLevel: 'LOW_RISK_SAFE', sanitized: false, sanitizedLength: text.length } }
  }
  const clean = mode === 'strict' ? '' : scanner.sanitise(text, { slot: 'prompt' }).text
  // What only a detector saw has no passage to take out, and a request that was nothing but the attack has nothing left.
  if (clean === text || isEmpty(clean)) {
    return {
      text: blockedText,
      stage: { ...about, securityLevel: 'HIGH_RISK_BLOCKED', sanitized: false, sanitizedLength: blockedText.length },
    }
  }
  return { text: clean, stage: { ...about, securityLevel: 'MEDIUM_RISK_SANITIZED', sanitized: true, sanitizedLength: clean.length } }
}

/** Stage 2: who is behind it. */
export function identityStage(chain: ChainReport): IdentityStage {
  const verifiedComponents = chain.components.filter((component) => component.valid).length
  return { status: 'completed', chainValid: chain.valid, securityScore: chain.score, verifiedComponents, chain }
}

/** Stage 3: what it may use. Caller and component must both be allowed, where both are known; without a policy nothing is. */
export async function policyStage(
  tools: readonly string[],
  policy: PolicyDecisionPoint | undefined,
  who: {
    readonly principal: Principal | undefined
    readonly chain: ChainReport
    readonly component: string | undefined
    readonly clock: Clock
    readonly signal: AbortSignal
  },
): Promise<PolicyStage> {
  const requested = [...new Set(tools)]
  const denied = new Set(policy === undefined ? requested : [])
  if (policy !== undefined) {
    for (const subject of subjectsOf(who)) {
      const { evaluations } = await evaluateTools(policy, { tools: requested, subject, signal: who.signal }, who.clock)
      // An obligation nobody here can meet (a human's approval) is not met.
      for (const { tool, decision, obligations } of evaluations) if (!decision || obligations?.approval === true) denied.add(tool)
    }
  }
  const evaluationTime = new Date(who.clock.now()).toISOString()
  const toolEvaluations: Record<string, ToolEvaluation> = Object.create(null)
  for (const tool of requested) toolEvaluations[tool] = { allowed: !denied.has(tool), evaluationTime }
  return { status: 'completed', allowed: denied.size === 0, toolEvaluations, deniedTools: requested.filter((tool) => denied.has(tool)) }
}

function subjectsOf(who: {
  readonly principal: Principal | undefined
  readonly chain: ChainReport
  readonly component: string | undefined
}): Subject[] {
  const caller = who.principal === undefined ? [] : [subjectOf(who.principal)]
  const component = who.component ?? (who.principal === undefined ? who.chain.components.at(-1)?.id : undefined)
  const subjects = component === undefined ? caller : [...caller, componentSubject(who.chain, component)]
  return subjects.length === 0 ? [subjectOf(undefined)] : subjects
}

/** Stage 4, once the output has passed the redactor. */
export function outputStage(findings: readonly Finding[], originalLength: number, sanitizedLength: number): OutputStage {
  const securityRisks: string[] = []
  const sensitiveData: Record<string, number> = {}
  for (const { rule } of findings) {
    const [group = '', kind = rule] = rule.split('/')
    if (group === 'pii' || group === 'secret') sensitiveData[kind] = (sensitiveData[kind] ?? 0) + 1
    else if (!securityRisks.includes(kind)) securityRisks.push(kind)
  }
  return { status: 'completed', securityRisks, sensitiveData, sanitized: findings.length > 0, originalLength, sanitizedLength }
}

/** Redacts an answer, whole or as it flows. `pass` gets each piece that may leave. */
export async function redactOutput(answer: Answer, redactor: Redactor, mode: Mode, pass: (text: string) => void): Promise<OutputStage> {
  const stream = redactor.stream()
  let before = 0
  let after = 0
  const give = (text: string): void => {
    after += text.length
    if (text !== '') pass(text)
  }
  const observe = mode === 'monitor'
  for await (const piece of pieces(answer)) {
    before += piece.length
    const made = stream.push(piece)
    give(observe ? piece : made)
  }
  const rest = stream.end()
  if (!observe) give(rest)
  return outputStage(stream.findings, before, after)
}

/** What your function may give back: text, or text as it is produced. */
export type Answer = string | AsyncIterable<string>

async function* pieces(answer: Answer): AsyncGenerator<string> {
  if (typeof answer === 'string') yield answer
  else for await (const piece of answer) yield String(piece)
}

/** True when nothing a person could have asked is left. */
function isEmpty(text: string): boolean {
  for (const word of text.replaceAll('[SANITIZED]', ' ').split(/\s+/)) if (/[\p{L}\p{N}]/u.test(word)) return false
  return true
}
