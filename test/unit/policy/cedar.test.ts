import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { describe, expect, it } from 'vitest'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { definePolicy } from '../../../src/policy/index.ts'
import { callOf, contextOf, principalOf, replyOf } from './context.ts'

/** The recipe of docs/policy.md: Cedar's official package behind a decision point. */
const staticPolicies = `
permit(principal is User, action == Action::"tools/call", resource == Tool::"search");
permit(principal is User, action == Action::"tools/call", resource == Tool::"transfer")
  when { principal.roles.contains("finance") && context.arguments.amount < 500 };
forbid(principal, action, resource == Tool::"shell");
`

const policy = definePolicy({
  name: 'cedar',
  evaluate({ subject, action, resource, context }) {
    const principal = { type: 'User', id: subject.id }
    const answer = cedar.isAuthorized({
      principal,
      action: { type: 'Action', id: action.name },
      resource: { type: 'Tool', id: resource.id },
      context: { arguments: (context.arguments ?? {}) as Record<string, cedar.CedarValueJson> },
      policies: { staticPolicies },
      entities: [{ uid: principal, attrs: { roles: (subject.properties['roles'] ?? []) as string[] }, parents: [] }],
    })
    // Errors in a policy that was skipped are no yes.
    return answer.type === 'success' && answer.response.decision === 'allow' && answer.response.diagnostics.errors.length === 0
  },
})

describe('Cedar behind the tools guard', () => {
  const guard = toolsGuard({ policy })
  const code = async (name: string, args: object, roles: string[]) => {
    const ctx = contextOf({ principal: principalOf({ attributes: { roles } }) })
    return ((await guard.onMessage?.(callOf(name, args), ctx)) as { denial?: { code: string } } | undefined)?.denial?.code
  }

  it.each([
    ['search', {}, [], undefined],
    ['shell', {}, ['finance'], 'tool_denied'],
    ['transfer', { amount: 499 }, ['finance'], undefined],
    ['transfer', { amount: 500 }, ['finance'], 'tool_denied'],
    ['transfer', { amount: 1 }, [], 'tool_denied'],
    ['transfer', {}, ['finance'], 'tool_denied'],
    ['unknown', {}, ['finance'], 'tool_denied'],
  ] as const)('%s %j as %j gives %s', async (name, args, roles, expected) => {
    expect(await code(name, args, [...roles])).toBe(expected)
  })

  it('filters lists by the same decisions', async () => {
    const tools = ['search', 'shell'].map((name) => ({ name, inputSchema: {} }))
    expect(await guard.onReply?.(replyOf({ tools }), contextOf({ principal: principalOf() }))).toMatchObject({
      value: { result: { tools: [tools[0]] } },
    })
  })
})
