import { foldName, isCanonical, isFolded } from './names.ts'
import { type Hit, PatternIndex } from './pattern-index.ts'
import type { Decision, PolicyDecisionPoint, PolicyDenialCode, PolicyRequest, ResourceType } from './pdp.ts'

/** `undefined`: it depends on arguments that are not known yet, because a list is being filtered. */
export type Truth = boolean | undefined

export interface Condition {
  test(request: PolicyRequest): Truth
  /** Each part with what was looked up. For `explain()`, never for the caller. */
  trace?(request: PolicyRequest): readonly ConditionTrace[]
}

export interface ConditionTrace {
  readonly operator: string
  readonly key: string
  readonly truth: Truth
  /** True when the key had no value. */
  readonly missing: boolean
}

/** One rule of any policy. Lists and documents both become these. */
export interface Statement {
  /** Where it was written: `tools.allow[0]`, or the document's Sid. */
  readonly id: string
  /**
   * `deny` wins over everything. `require` denies when its condition holds, with its own code and only what is otherwise
   * allowed, so that nobody learns which scope would open a tool that is closed anyway.
   */
  readonly effect: 'allow' | 'audit' | 'deny' | 'require'
  readonly patterns: readonly string[]
  /** Patterns taken out again (NotAction). */
  readonly except?: PatternIndex<true> | undefined
  readonly condition?: Condition | undefined
  readonly code?: PolicyDenialCode | undefined
  readonly scopes?: readonly string[] | undefined
  /** What it lets through needs an approval. On `require`: adds that need to what others allow. */
  readonly approval?: boolean | undefined
}

/** A policy made of statements: default deny, any matching deny wins, audit allows and leaves a record. */
export interface StatementPolicy extends PolicyDecisionPoint {
  evaluate(request: PolicyRequest): Decision
  /** The statements whose patterns fit the request, conditions not yet asked. */
  candidates(request: PolicyRequest): readonly Statement[]
}

/** Compiles statements once. A decision looks only at those whose patterns fit the name. */
export function compileStatements(name: string, statements: readonly Statement[]): StatementPolicy {
  const index = new PatternIndex<Statement>()
  const folded = new PatternIndex<Statement>()
  for (const statement of statements) {
    for (const pattern of statement.patterns) {
      index.add(pattern, statement)
      if (statement.effect === 'deny') folded.add(pattern.toLowerCase(), statement)
    }
  }

  function candidates({ action, resource }: PolicyRequest): Statement[] {
    const { type } = resource
    const id = operationName(action.name, resource.id)
    const canonical = isCanonical(type, id)
    const counts = ({ value, literal }: Hit<Statement>) =>
      (literal || canonical || value.effect === 'deny' || value.effect === 'require') && !isExcepted(value, type, id)
    const found = new Set(index.match(type, id).filter(counts).map(statementOf))
    // `File_Access` must not slip past a deny of `file_access` into a server that folds names.
    if (!isFolded(id)) for (const hit of folded.match(type, foldName(id))) if (!isExcepted(hit.value, type, id)) found.add(hit.value)
    return [...found]
  }

  return {
    name,
    candidates,
    evaluate(request) {
      let allowed: Statement | undefined
      let audited: Statement | undefined
      let required: Statement | undefined
      let approval = false
      const scopes = new Set<string>()
      for (const statement of candidates(request)) {
        const truth = statement.condition === undefined ? true : statement.condition.test(request)
        if (statement.effect === 'deny') {
          if (truth === true) return { decision: false, reason: `${name}: denied by ${statement.id}`, statement: statement.id }
        } else if (statement.effect === 'require') {
          if (statement.approval === true) {
            approval ||= truth === true
            continue
          }
          for (const scope of statement.scopes ?? []) scopes.add(scope)
          if (truth === true && (required === undefined || rank(statement) < rank(required))) required = statement
        } else if (truth !== false) {
          if (statement.effect === 'audit') audited ??= statement
          else allowed ??= statement
          if (statement.approval === true) approval = true
        }
      }
      const opened = allowed ?? audited
      if (opened === undefined) return { decision: false, reason: `${name}: no statement allows it` }
      if (required !== undefined) {
        const { code, id } = required
        return { decision: false, reason: `${name}: ${id} is not met`, code, statement: id, scopes: [...scopes] }
      }
      const obligations = audited === undefined && !approval ? undefined : { audit: audited !== undefined, approval }
      return { decision: true, reason: `${name}: allowed by ${opened.id}`, statement: opened.id, obligations }
    },
  }
}

function statementOf(hit: Hit<Statement>): Statement {
  return hit.value
}

/** Actions that say nothing by themselves. */
const generic = new Set(['call', 'execute', 'invoke', 'run', 'use', 'read', 'get', 'access'])

/** What patterns are about: what an MCP method or a generic verb is done to, or else the action itself, as AuthZEN callers name theirs. */
function operationName(action: string, id: string): string {
  return action.includes('/') || generic.has(action) ? id : action
}

function isExcepted(statement: Statement, type: ResourceType, name: string): boolean {
  return statement.except !== undefined && statement.except.match(type, name).length > 0
}

/** Which unmet requirement to name: a caller we do not know first proves who it is. */
function rank(statement: Statement): number {
  return statement.code === 'identity_required' ? 0 : statement.code === 'tool_denied' ? 1 : 2
}
