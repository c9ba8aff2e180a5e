import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { DenyAs } from '../core/verdict.ts'
import { andThen, isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import type { ArgumentChecks, ArgumentInspector, SchemaRegistry } from './argument.ts'
import { compileArgumentChecks } from './argument-rules.ts'
import { PatternIndex } from './pattern-index.ts'
import type { Decision, Obligations, PolicyDecisionPoint, PolicyRequest } from './pdp.ts'
import { createSchemas, type ToolSchemas } from './schemas.ts'
import { compileStatements } from './statements.ts'
import { listStatements, type ToolLists } from './tool-lists.ts'

/** Redeems approvals. An approval is good for one call. */
export interface ApprovalVerifier {
  redeem(token: string, request: PolicyRequest): MaybePromise<boolean>
}

/** Everything that can be said about who may call what with which arguments. Every part that is given must agree. */
export interface ToolPolicyOptions extends ToolLists {
  /** A decision point: `oiap(document)`, `remotePolicy(...)`, or your own. Names what is open unless `allow` narrows it further. */
  readonly policy?: PolicyDecisionPoint | undefined
  /** Typed checks of arguments. A fault denies. */
  readonly args?: ArgumentChecks | undefined
  /** Looks at arguments nobody declared, for findings. `true` takes `inferArguments()`, loaded with the first call. */
  readonly inspect?: boolean | ArgumentInspector | undefined
  /** Schemas that arguments must match: by tool, `'learn'` (from lists that pass), or a registry. */
  readonly schemas?: ToolSchemas | undefined
  /** Redeems what `requireApproval` and a document's `RequireApproval` ask for. Without it such calls are denied. */
  readonly approvals?: ApprovalVerifier | undefined
  /** How a denial is shown, for all or by pattern. Default: `tool-error` for calls. */
  readonly denyAs?: DenyAs | Readonly<Record<string, DenyAs>> | undefined
}

const keys = [
  'allow',
  'deny',
  'scopes',
  'roles',
  'requireApproval',
  'approvals',
  'policy',
  'args',
  'inspect',
  'schemas',
  'denyAs',
  'listTtlMs',
  'store',
  'mode',
]

type Arguments = Readonly<Record<string, unknown>>

/** A decision point over all the options, and the schemas it may learn. */
export interface ToolPolicy extends PolicyDecisionPoint {
  readonly schemas: SchemaRegistry | undefined
  /** True when arguments must be seen before a call can pass. */
  readonly checksArguments: boolean
}

/** Compiles the options. Throws `SafeMcpConfigError` with the path of the fault. */
export function createToolPolicy(options: ToolPolicyOptions, path = 'tools'): ToolPolicy {
  const raw: unknown = options
  checkKeys(raw, path === 'tools' ? keys : [...keys, 'tool'], path)
  const { policy, approvals } = options
  checkPolicy(policy, path)
  const lists = compileStatements('lists', listStatements(options, policy !== undefined, path))
  const checkArguments = compileArgumentChecks(options.args, `${path}.args`)
  const schemas = createSchemas(options.schemas, `${path}.schemas`)
  const inspector = createInspector(options.inspect, path)
  const denyAs = compileDenyAs(options.denyAs, path)

  function evaluate(request: PolicyRequest): MaybePromise<Decision> {
    const listed = lists.evaluate(request)
    if (!listed.decision || policy === undefined) return withArguments(listed, request)
    return andThen(policy.evaluate(request), (decided) => withArguments(both(listed, decided), request))
  }

  function withArguments(decision: Decision, request: PolicyRequest): MaybePromise<Decision> {
    const { resource } = request
    const args = request.context.arguments
    if (!decision.decision || args === undefined) return decision
    const fault = checkArguments?.(resource, args)
    if (fault !== undefined) {
      const findings = [fault]
      return { decision: false, reason: `argument ${fault.pointer}: ${fault.rule}`, code: 'tool_denied', findings }
    }
    return inspector === undefined
      ? withSchema(decision, request, args)
      : andThen(inspector(), (inspect) => inspected(inspect, decision, request, args))
  }

  function inspected(inspect: ArgumentInspector, decision: Decision, request: PolicyRequest, args: Arguments): MaybePromise<Decision> {
    const findings = inspect.inspect(request.resource.id, args)
    if (inspect.deny === true && findings.some(({ severity }) => severity === 'high' || severity === 'critical')) {
      return { decision: false, reason: `arguments: ${findings[0]?.rule}`, code: 'tool_denied', findings }
    }
    return withSchema(findings.length === 0 ? decision : { ...decision, findings }, request, args)
  }

  function withSchema(noted: Decision, request: PolicyRequest, args: Arguments): MaybePromise<Decision> {
    const { resource, subject } = request
    if (schemas === undefined || resource.type !== 'tool') return withApproval(noted, request)
    return andThen(schemas.validate(resource.id, args, subject.id), (verdict): MaybePromise<Decision> => {
      if (verdict.ok) return withApproval(noted, request)
      return { decision: false, reason: 'arguments do not match the schema', code: 'schema_invalid', data: { errors: verdict.issues } }
    })
  }

  /** Last, so that a call refused for another reason does not use its approval up. */
  function withApproval(decision: Decision, request: PolicyRequest): MaybePromise<Decision> {
    if (decision.obligations?.approval !== true) return decision
    const refused: Decision = { ...decision, decision: false, reason: 'no valid approval', code: 'approval_required' }
    const token = request.context.approval
    if (approvals === undefined || token === undefined) return refused
    const redeemed = Promise.resolve(approvals.redeem(token, request))
    // Without the store nobody knows whether it was used before.
    return redeemed.then(
      (fresh) => (fresh === true ? decision : refused),
      (): Decision => ({ ...refused, code: 'provider_unavailable' }),
    )
  }

  /** For lists: no arguments are known, so lists and policy are all there is to ask. */
  function evaluateAll(requests: readonly PolicyRequest[]): MaybePromise<readonly Decision[]> {
    const listed = requests.map((request) => lists.evaluate(request))
    const open = requests.filter((_, i) => listed[i]?.decision === true)
    return andThen(policy?.evaluateAll?.(open) ?? [], (decided) => {
      let next = 0
      return listed.map((first) => (first.decision ? both(first, decided[next++] as Decision) : first))
    })
  }

  return {
    ...(policy?.evaluateAll === undefined ? {} : { evaluateAll }),
    name: policy === undefined ? 'lists' : policy.name,
    schemas,
    checksArguments: checkArguments !== undefined || schemas !== undefined,
    evaluate(request) {
      const decision = evaluate(request)
      return isPromise(decision) ? decision.then((late) => denyAs(late, request)) : denyAs(decision, request)
    },
  }
}

function createInspector(option: ToolPolicyOptions['inspect'], path: string): (() => MaybePromise<ArgumentInspector>) | undefined {
  if (option === undefined || option === false) return undefined
  if (option !== true) {
    if (typeof option?.inspect === 'function') return () => option
    const message = 'must be true, false or an inspector.'
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `${path}.inspect`, message })
  }
  let loaded: ArgumentInspector | undefined
  return () => loaded ?? import('./arguments/infer.ts').then((it) => (loaded ??= it.inferArguments()))
}

/** Both must allow; what either of them obliges to, holds. Anything but `true` from a decision point is a no. */
function both(first: Decision, second: Decision): Decision {
  if (second?.decision !== true) {
    const reason = typeof second?.reason === 'string' ? second.reason : 'unrecognised decision'
    return { ...(typeof second === 'object' ? second : undefined), decision: false, reason }
  }
  return { ...second, obligations: union(first.obligations, second.obligations) }
}

function union(a: Obligations | undefined, b: Obligations | undefined): Obligations | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { audit: a.audit === true || b.audit === true, approval: a.approval === true || b.approval === true }
}

function compileDenyAs(option: ToolPolicyOptions['denyAs'], path: string): (decision: Decision, request: PolicyRequest) => Decision {
  if (option === undefined) return (decision) => decision
  const index = new PatternIndex<DenyAs>()
  for (const [pattern, as] of Object.entries(typeof option === 'string' ? { '*': option } : option)) {
    if (!['tool-error', 'protocol-error', 'hide', 'http'].includes(as)) {
      const message = "must be 'tool-error', 'protocol-error', 'hide' or 'http'."
      throw new SafeMcpConfigError({ code: 'invalid_option', path: `${path}.denyAs`, message })
    }
    index.add(pattern, as)
  }
  return (decision, { resource }) => {
    if (decision.decision || decision.denyAs !== undefined) return decision
    const hits = index.match(resource.type, resource.id)
    const hit = hits.find(({ literal }) => literal) ?? hits[0]
    return hit === undefined ? decision : { ...decision, denyAs: hit.value }
  }
}

function checkPolicy(policy: unknown, path: string): void {
  if (policy === undefined || typeof (policy as PolicyDecisionPoint)?.evaluate === 'function') return
  throw new SafeMcpConfigError({
    code: 'invalid_policy',
    path: `${path}.policy`,
    message: 'is not a policy decision point.',
    suggestion: "Compile a document first: oiap(document) from 'safe-mcp/policy'.",
  })
}
