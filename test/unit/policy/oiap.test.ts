import { describe, expect, it } from 'vitest'
import {
  createPolicyHolder,
  definePolicy,
  evaluateTools,
  explain,
  type OiapDocument,
  oiap,
  oiapRecord,
  type PolicyRequest,
  runPolicyTests,
  shadowPolicy,
} from '../../../src/policy/index.ts'
import { subjectOf } from '../../../src/policy/pdp.ts'
import { principalOf } from './context.ts'

/** The document of the OIAP examples. */
const support: OiapDocument = {
  Version: '2025-05-16',
  Statement: {
    Sid: 'customer-support-policy',
    Effect: 'Allow',
    Action: ['process_refund', 'read_faq', 'create_ticket'],
    Condition: {
      StringEquals: { department: 'CustomerSupport', trust_domain: 'astha.ai' },
      NumberLessThan: { refund_amount: 500 },
    },
  },
}

const agent = principalOf({ trustDomain: 'astha.ai', attributes: { department: 'CustomerSupport' } })

function ask(
  tool: string,
  args: Record<string, unknown> | undefined = {},
  principal: ReturnType<typeof principalOf> | null = agent,
): PolicyRequest {
  return {
    subject: subjectOf(principal ?? undefined),
    action: { name: 'tools/call' },
    resource: { type: 'tool', id: tool },
    context: { arguments: args, time: Date.parse('2026-03-04T05:06:07Z'), ip: '192.0.2.7' },
  }
}

const statement = (more: object): OiapDocument => ({ Version: '2025-05-16', Statement: { Effect: 'Allow', Action: 't', ...more } })
const allows = (document: OiapDocument | OiapDocument[], request: PolicyRequest) => oiap(document).evaluate(request).decision

describe('the document of the OIAP examples', () => {
  it.each([
    ['process_refund', { refund_amount: 499 }, true],
    ['process_refund', { refund_amount: 500 }, false],
    ['process_refund', { refund_amount: '499' }, true],
    ['process_refund', { refund_amount: '4e2' }, false],
    ['process_refund', { refund_amount: [1, 900] }, false],
    ['process_refund', { refund_amount: null }, false],
    ['process_refund', {}, false],
    ['delete_user', { refund_amount: 1 }, false],
  ])('%s %j is %s', (tool, args, expected) => {
    expect(allows(support, ask(tool, args))).toBe(expected)
  })

  it('does not take a department from the arguments', () => {
    const nobody = principalOf({ trustDomain: 'astha.ai' })
    expect(allows(support, ask('read_faq', { department: 'CustomerSupport', refund_amount: 1 }, nobody))).toBe(false)
  })

  it('lists what some arguments could be allowed for, and nothing else', () => {
    expect(allows(support, { ...ask('process_refund'), context: { time: 0 } })).toBe(true)
    expect(allows(support, { ...ask('process_refund', {}, principalOf()), context: { time: 0 } })).toBe(false)
  })
})

describe('effects', () => {
  const document: OiapDocument = {
    Version: '2025-05-16',
    Statement: [
      { Sid: 'all', Effect: 'Allow', Action: '*' },
      { Sid: 'no-files', Effect: 'Deny', Action: 'file_*' },
      { Sid: 'watch', Effect: 'Audit', Action: ['pay'] },
    ],
  }

  it('deny wins over every allow', () => {
    expect(oiap(document).evaluate(ask('file_access'))).toMatchObject({ decision: false, statement: 'no-files' })
  })

  it('audit allows and obliges to a record, also without any allow', () => {
    expect(oiap(document).evaluate(ask('pay'))).toMatchObject({ decision: true, obligations: { audit: true } })
    expect(oiap(statement({ Effect: 'Audit', Action: 'pay' })).evaluate(ask('pay')).decision).toBe(true)
  })

  it('without any matching statement the answer is no', () => {
    expect(allows({ Version: '2025-05-16', Statement: [] }, ask('x'))).toBe(false)
  })

  it('NotAction, Resource, Principal and their opposites narrow', () => {
    expect(allows(statement({ Action: undefined, NotAction: ['a', 'b*'] }), ask('c'))).toBe(true)
    expect(allows(statement({ Action: undefined, NotAction: ['a', 'b*'] }), ask('bx'))).toBe(false)
    expect(allows(statement({ Action: 'tools/call', Resource: 'web_*' }), ask('web_search'))).toBe(true)
    expect(allows(statement({ Action: 'tools/call', Resource: 'web_*' }), ask('file_access'))).toBe(false)
    expect(allows(statement({ Action: '*', NotResource: 'web_*' }), ask('web_search'))).toBe(false)
    expect(allows(statement({ Principal: 'jwt:a#*' }), ask('t'))).toBe(true)
    expect(allows(statement({ Principal: 'alice' }), ask('t'))).toBe(false)
    expect(allows(statement({ Principal: '*' }), ask('t', {}, null))).toBe(false)
    expect(allows(statement({ NotPrincipal: 'jwt:a#bob' }), ask('t'))).toBe(true)
  })

  it('the fake-agent policy denies whoever has no identity', () => {
    const policy: OiapDocument = {
      Version: '2025-05-12',
      Statement: [
        { Effect: 'Allow', Action: '*' },
        { Effect: 'Deny', Action: '*', Condition: { Null: { identity: true } } },
      ],
    }
    expect(allows(policy, ask('t', {}, null))).toBe(false)
    expect(allows(policy, ask('t'))).toBe(true)
  })
})

describe('operators', () => {
  const on = (Condition: object, args: Record<string, unknown> = {}, principal = agent) =>
    allows(statement({ Condition }), ask('t', args, principal))

  it.each([
    ['StringEquals', 'a', ['a', 'b'], true],
    ['StringEquals', 'A', ['a', 'b'], false],
    ['StringEquals', 1, ['1'], false],
    ['StringNotEquals', 'c', ['a', 'b'], true],
    ['StringNotEquals', 'a', ['a', 'b'], false],
    ['StringEqualsIgnoreCase', 'A', ['a'], true],
    ['StringNotEqualsIgnoreCase', 'A', ['a'], false],
    ['StringLike', 'abc', ['a*'], true],
    ['StringLike', 'abc', ['a?'], false],
    ['StringNotLike', 'abc', ['x*'], true],
    ['NumericEquals', 5, [5], true],
    ['NumericNotEquals', 5, [5], false],
    ['NumericLessThan', 4.5, [5], true],
    ['NumericLessThanEquals', 5, ['5'], true],
    ['NumericGreaterThan', 5, [5], false],
    ['NumericGreaterThanEquals', 5, [5], true],
    ['NumberLessThan', -1, [0], true],
    ['NumberLessThan', true, [5], false],
    ['NumberLessThan', '0x1', [5], false],
    ['NumberLessThan', ' 1', [5], false],
    ['Bool', true, [true], true],
    ['BoolEquals', 'false', [false], true],
    ['BoolEquals', 0, [false], false],
    ['DateLessThan', '2026-01-01', ['2026-01-02'], true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', ['2026-01-01T00:00:00+01:00'], true],
    ['DateEquals', 'yesterday', ['2026-01-01'], false],
    ['IpAddress', '10.1.2.3', ['10.0.0.0/8'], true],
    ['IpAddress', '::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['IpAddress', '010.1.2.3', ['10.0.0.0/8'], false],
    ['NotIpAddress', '2001:db8::1', ['2001:db8::/32'], false],
    ['Null', 'x', [false], true],
    ['Null', null, [true], true],
  ])('%s on %j with %j is %s', (operator, value, given, expected) => {
    expect(on({ [operator]: { 'args.v': given.length === 1 ? given[0] : given } }, { v: value })).toBe(expected)
  })

  it.each(['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'ForAnyValue:StringEquals', 'ForAllValues:StringEquals'])(
    '%s does not allow when the value is missing',
    (operator) => {
      expect(on({ [operator]: { 'args.missing': 'a' } })).toBe(false)
    },
  )

  it('deny unless: a missing value does not slip past a negated operator on Deny', () => {
    const policy: OiapDocument = {
      Version: '2025-05-16',
      Statement: [
        { Effect: 'Allow', Action: '*' },
        { Effect: 'Deny', Action: '*', Condition: { StringNotEquals: { 'principal.department': 'Finance' } } },
      ],
    }
    expect(allows(policy, ask('t', {}, principalOf()))).toBe(false)
    expect(allows(policy, ask('t', {}, principalOf({ attributes: { department: 'Finance' } })))).toBe(true)
  })

  it('IfExists makes a missing value true', () => {
    expect(on({ StringEqualsIfExists: { 'args.v': 'a' } })).toBe(true)
    expect(on({ StringEqualsIfExists: { 'args.v': 'a' } }, { v: 'b' })).toBe(false)
  })

  it('quantifiers choose between any and all', () => {
    const roles = principalOf({ attributes: { roles: ['dev', 'ops'] } })
    expect(on({ 'ForAnyValue:StringEquals': { 'principal.roles': ['ops'] } }, {}, roles)).toBe(true)
    expect(on({ 'ForAllValues:StringEquals': { 'principal.roles': ['ops'] } }, {}, roles)).toBe(false)
    expect(on({ StringEquals: { 'principal.roles': 'ops' } }, {}, roles)).toBe(true)
  })

  it('a list the caller wrote opens least', () => {
    expect(on({ StringEquals: { 'args.v': 'ok' } }, { v: ['ok', 'bad'] })).toBe(false)
    const policy: OiapDocument = {
      Version: '2025-05-16',
      Statement: [
        { Effect: 'Allow', Action: '*' },
        { Effect: 'Deny', Action: '*', Condition: { StringEquals: { 'args.v': 'bad' } } },
      ],
    }
    expect(allows(policy, ask('t', { v: ['ok', 'bad'] }))).toBe(false)
  })

  it('operators and keys are ANDed, values ORed', () => {
    expect(on({ StringEquals: { 'args.a': ['1', '2'], 'args.b': 'x' }, Bool: { 'args.c': true } }, { a: '2', b: 'x', c: true })).toBe(true)
    expect(on({ StringEquals: { 'args.a': ['1', '2'], 'args.b': 'x' }, Bool: { 'args.c': true } }, { a: '2', b: 'x', c: false })).toBe(
      false,
    )
  })

  it('keys reach request, tool and nested arguments, own members only', () => {
    expect(
      on({
        IpAddress: { 'request.ip': '192.0.2.0/24' },
        DateGreaterThan: { 'request.time': '2026-03-04' },
        StringEquals: { 'tool.name': 't' },
      }),
    ).toBe(true)
    expect(on({ StringEquals: { 'args.a.b': 'x' } }, { a: { b: 'x' } })).toBe(true)
    expect(on({ Null: { 'args.constructor': false } })).toBe(false)
    expect(on({ Null: { 'args.__proto__.toString': false } })).toBe(false)
  })
})

describe('an invalid document', () => {
  it.each([
    [statement({ Condition: { StringEqual: { a: 'b' } } }), 'Statement.Condition.StringEqual'],
    [statement({ Condition: { 'ForSomeValue:StringEquals': { a: 'b' } } }), 'Statement.Condition.ForSomeValue:StringEquals'],
    [statement({ Condition: { NumericLessThan: { a: 'five' } } }), 'Statement.Condition.NumericLessThan.a'],
    [statement({ Condition: { IpAddress: { a: '10.0.0.0/33' } } }), 'Statement.Condition.IpAddress.a'],
    [statement({ Condition: { DateLessThan: { a: 'soon' } } }), 'Statement.Condition.DateLessThan.a'],
    [statement({ Condition: { StringEquals: { 'request.header': 'x' } } }), 'Statement.Condition.StringEquals.request.header'],
    [statement({ Condition: { StringEquals: {} } }), 'Statement.Condition.StringEquals'],
    [statement({ Condition: { StringEquals: { a: { b: 1 } } } }), 'Statement.Condition.StringEquals.a'],
    [statement({ Condition: { Null: { a: 'yes' } } }), 'Statement.Condition.Null.a'],
    [statement({ Condition: [] }), 'Statement.Condition'],
    [statement({ Effect: 'allow' }), 'Statement.Effect'],
    [statement({ Action: [] }), 'Statement.Action'],
    [statement({ Action: ['a', 1] }), 'Statement.Action[1]'],
    [statement({ Action: undefined }), 'Statement'],
    [statement({ NotAction: 'b' }), 'Statement'],
    [statement({ Conditions: {} }), 'Statement.Conditions'],
    [{ Version: '2025-05-16', Statement: [{ Effect: 'Allow', Action: 'a' }, { Effect: 'Deny' }] }, 'Statement[1]'],
    [{ Version: 'v1', Statement: [] }, 'Version'],
    [{ Version: '2025-05-16' }, 'Statement'],
    [{ Version: '2025-05-16', Statement: [], Extra: 1 }, 'Extra'],
    ['{}', ''],
  ])('%j is refused at %s', (document, path) => {
    expect(() => oiap(document as OiapDocument)).toThrowError(
      expect.objectContaining({ name: 'SafeMcpConfigError', code: 'invalid_policy', path }),
    )
  })

  it('suggests what was meant', () => {
    expect(() => oiap(statement({ Condition: { StringEqual: { a: 'b' } } }))).toThrowError(/Did you mean StringEquals\?/)
  })
})

describe('around the engine', () => {
  it('explain names statement, condition and missing value', () => {
    expect(explain(oiap(support), ask('read_faq', {}))).toMatchObject({
      decision: false,
      policy: 'oiap',
      considered: [
        {
          id: 'customer-support-policy',
          effect: 'allow',
          matched: false,
          conditions: [
            { operator: 'StringEquals', key: 'department', truth: true, missing: false },
            { operator: 'StringEquals', key: 'trust_domain', truth: true, missing: false },
            { operator: 'NumberLessThan', key: 'refund_amount', truth: false, missing: true },
          ],
        },
      ],
    })
  })

  it('a policy explains itself, and compiling it again changes nothing', () => {
    const policy = definePolicy(support)
    expect(oiap(policy as never)).toBe(policy)
    expect(policy.explain(ask('read_faq')).considered).toHaveLength(1)
  })

  it('an action that is no MCP method is itself what is asked for, with facts in the context', () => {
    const subject = { type: 'agent', id: 'a', properties: { department: 'CustomerSupport', trust_domain: 'astha.ai' } }
    const resource = { type: 'tool' as const, id: 'refunds' }
    const decide = (name: string, amount: number) =>
      oiap(support).evaluate({ subject, resource, action: { name }, context: { arguments: {}, refund_amount: amount } }).decision
    expect([decide('process_refund', 400), decide('process_refund', 600), decide('other', 400)]).toEqual([true, false, false])
  })

  it('a decision can be asked for several tools, with the record of the AZTP design', async () => {
    const policy = definePolicy({ allow: ['web_search', 'api_call'], deny: ['file_access'] })
    const answer = await evaluateTools(policy, { tools: ['web_search', 'file_access'], subject: subjectOf(agent) }, { now: () => 0 })
    expect(oiapRecord(answer)).toEqual({
      technique: 'OIAP',
      status: 'DENIED',
      allowed: false,
      tool_evaluations: {
        web_search: { allowed: true, evaluation_time: '1970-01-01T00:00:00.000Z' },
        file_access: { allowed: false, evaluation_time: '1970-01-01T00:00:00.000Z' },
      },
      denied_tools: ['file_access'],
    })
  })

  it('a decision point that throws or answers nonsense denies', async () => {
    const failing = definePolicy({ evaluate: () => Promise.reject(new Error('down')) })
    const nonsense = definePolicy({ evaluate: () => 'yes' as never })
    for (const policy of [failing, nonsense]) {
      expect((await evaluateTools(policy, { tools: ['t'], subject: subjectOf(agent) })).allowed).toBe(false)
    }
  })

  it('a reload swaps a whole valid document or keeps the old one', () => {
    const holder = createPolicyHolder(oiap, statement({}))
    expect(holder.reload({ Version: '2025-05-16' } as OiapDocument)).toMatchObject({ ok: false })
    expect(holder.evaluate(ask('t'))).toMatchObject({ decision: true })
    expect(holder.reload(statement({ Action: 'other' }))).toEqual({ ok: true })
    expect(holder.evaluate(ask('t'))).toMatchObject({ decision: false })
    expect(holder.revision).toBe(2)
    expect(() => createPolicyHolder(oiap, {} as OiapDocument)).toThrow()
  })

  it('a shadow tells where it differs and changes nothing', async () => {
    const seen: boolean[] = []
    const policy = shadowPolicy(oiap(statement({})), oiap(statement({ Action: 'other' })), ({ shadow }) => seen.push(shadow.decision))
    expect(policy.evaluate(ask('t'))).toMatchObject({ decision: true })
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(seen).toEqual([false])
  })

  it('policy tests pass, fail with a reason, and refuse to be empty', () => {
    const tests = [
      {
        principal: { id: 'a', department: 'CustomerSupport', trust_domain: 'astha.ai' },
        action: 'process_refund',
        args: { refund_amount: 5 },
        expected: 'allow' as const,
      },
      { action: 'process_refund', expected: 'allow' as const },
    ]
    const report = runPolicyTests({ policy: support, tests })
    expect(report).toMatchObject({ passed: 1, failed: 1, results: [{ passed: true }, { passed: false, actual: 'deny' }] })
    expect(() => runPolicyTests({ policy: support, tests: [] })).toThrowError(expect.objectContaining({ path: 'tests' }))
    expect(() => runPolicyTests({ policy: support, tests: [{ action: 'x', expected: 'yes' as never }] })).toThrowError(
      expect.objectContaining({ path: 'tests[0].expected' }),
    )
  })
})
