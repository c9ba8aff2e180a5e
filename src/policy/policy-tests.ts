import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { own } from '../lib/json-object.ts'
import { definePolicy } from './define.ts'
import { type ExplainedStatement, explain } from './explain.ts'
import type { OiapDocument } from './oiap/document.ts'
import type { PolicyRequest, ResourceType } from './pdp.ts'
import type { ToolLists } from './tool-lists.ts'

/** A policy and what is expected of it: what `safe-mcp policy test` reads. */
export interface PolicyTestDocument {
  /** An OIAP document, several, or lists. */
  readonly policy: OiapDocument | readonly OiapDocument[] | ToolLists
  readonly tests: readonly PolicyTest[]
}

export interface PolicyTest {
  readonly name?: string | undefined
  /** Absent: a caller nobody knows. `scopes` and any attributes. */
  readonly principal?: { readonly id: string; readonly scopes?: readonly string[]; readonly [attribute: string]: unknown } | undefined
  /** Tool, `prompt:name` or `resource:uri`. */
  readonly action: string
  readonly args?: Readonly<Record<string, unknown>> | undefined
  /** ISO 8601; default now. */
  readonly time?: string | undefined
  readonly ip?: string | undefined
  readonly expected: 'allow' | 'deny' | 'audit' | 'approval'
}

export interface PolicyTestResult {
  readonly name: string
  readonly passed: boolean
  readonly expected: string
  readonly actual: string
  readonly reason: string
  readonly considered: readonly ExplainedStatement[]
}

export interface PolicyTestReport {
  readonly passed: number
  readonly failed: number
  readonly results: readonly PolicyTestResult[]
}

/**
 * Runs the tests of a document against its policy.
 *
 * @throws SafeMcpConfigError when policy or tests are malformed. A document without tests is malformed: it proves nothing.
 */
export function runPolicyTests(document: PolicyTestDocument, clock: Clock = systemClock): PolicyTestReport {
  const tests: unknown = own(document, 'tests')
  if (!Array.isArray(tests) || tests.length === 0) throw fault('tests', 'must be a list of tests, at least one.')
  const policy = definePolicy(document.policy)
  const results = document.tests.map((test, i): PolicyTestResult => {
    const explanation = explain(policy, requestOf(test, i, clock))
    const { approval, audit } = explanation.obligations ?? {}
    const actual = !explanation.decision ? 'deny' : approval === true ? 'approval' : audit === true ? 'audit' : 'allow'
    const { reason, considered } = explanation
    return { name: test.name ?? `tests[${i}]`, passed: actual === test.expected, expected: test.expected, actual, reason, considered }
  })
  const passed = results.filter((result) => result.passed).length
  return { passed, failed: results.length - passed, results }
}

function requestOf(test: PolicyTest, i: number, clock: Clock): PolicyRequest {
  if (typeof test.action !== 'string' || test.action === '') throw fault(`tests[${i}].action`, 'must name a tool, prompt or resource.')
  if (!['allow', 'deny', 'audit', 'approval'].includes(test.expected))
    throw fault(`tests[${i}].expected`, 'must be allow, deny, audit or approval.')
  const time = test.time === undefined ? clock.now() : Date.parse(test.time)
  if (Number.isNaN(time)) throw fault(`tests[${i}].time`, 'must be an ISO 8601 time.')
  const { principal } = test
  const subject =
    principal === undefined
      ? { type: 'anonymous', id: '', properties: {} }
      : { type: 'user', id: principal.id, properties: { scopes: [], ...principal } }
  const match = /^(tool|prompt|resource):(.+)$/s.exec(test.action)
  const type = (match?.[1] ?? 'tool') as ResourceType
  const action = { tool: 'tools/call', prompt: 'prompts/get', resource: 'resources/read' }[type]
  return {
    subject,
    action: { name: action },
    resource: { type, id: match?.[2] ?? test.action },
    context: { arguments: test.args ?? {}, time, ip: test.ip },
  }
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_policy', path, message })
}
