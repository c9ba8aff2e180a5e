import { describe, expect, it } from 'vitest'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { definePolicy, type OiapDocument, type OiapStatement, oiap } from '../../../src/policy/index.ts'
import { subjectOf } from '../../../src/policy/pdp.ts'
import { random } from '../random.ts'
import { callOf, contextOf, principalOf, replyOf } from './context.ts'

const alphabet = ['a', 'b', 'read_a', 'read_b', 'write_a', 'admin', 'Read_A', 'x.y', '__proto__', '\u0430']
const patterns = [...alphabet, '*', 'read_*', '*_a', '?', 'w*e_?', 'x.*', 'tool:*', 'prompt:*', 'A*']
const departments = ['sales', 'ops', undefined]
const scopes = ['s1', 's2']

const { below, pick } = random(20_260_728)
const some = <T>(list: readonly T[], most: number): T[] => Array.from({ length: below(most + 1) }, () => pick(list))
const atLeastOne = <T>(list: readonly T[], most: number): T[] => [pick(list), ...some(list, most - 1)]

function randomStatement(): OiapStatement {
  const conditions = [
    undefined,
    { StringEquals: { department: 'sales' } },
    { NumberLessThan: { 'args.n': 5 } },
    { StringNotEquals: { 'principal.department': 'ops' } },
    { Bool: { 'args.force': true }, StringEquals: { 'principal.department': ['sales', 'ops'] } },
  ]
  return { Effect: pick(['Allow', 'Allow', 'Deny', 'Audit'] as const), Action: atLeastOne(patterns, 3), Condition: pick(conditions) }
}

function randomDocument(): OiapDocument {
  return { Version: '2025-05-16', Statement: Array.from({ length: below(6) }, randomStatement) }
}

const randomPrincipal = () => {
  const department = pick(departments)
  return principalOf({ id: `p${below(1e9)}`, scopes: some(scopes, 2), attributes: department === undefined ? {} : { department } })
}
const randomArguments = () => ({ n: below(10), force: below(2) === 1 })

const question = (tool: string, principal: ReturnType<typeof principalOf>, args: Record<string, unknown> | undefined) => ({
  subject: subjectOf(principal),
  action: { name: 'tools/call' },
  resource: { type: 'tool' as const, id: tool },
  context: { arguments: args, time: 0 },
})

describe('over random documents, principals and arguments', () => {
  it('a matching Deny wins wherever it stands and whatever else allows', () => {
    for (let i = 0; i < 2_000; i++) {
      const document = randomDocument()
      const [tool, principal, args] = [pick(alphabet), randomPrincipal(), randomArguments()]
      const list = document.Statement as OiapStatement[]
      const at = below(list.length + 1)
      const denied = {
        ...document,
        Statement: [
          ...list.slice(0, at),
          { Effect: 'Deny' as const, Action: tool },
          ...list.slice(at),
          { Effect: 'Allow' as const, Action: '*' },
        ],
      }
      expect(oiap(denied).evaluate(question(tool, principal, args)).decision).toBe(false)
    }
  })

  it('the order of statements never matters, and one more Deny never allows', () => {
    for (let i = 0; i < 1_000; i++) {
      const document = randomDocument()
      const asked = question(pick(alphabet), randomPrincipal(), randomArguments())
      const { decision } = oiap(document).evaluate(asked)
      const list = document.Statement as OiapStatement[]
      expect(oiap({ ...document, Statement: list.toReversed() }).evaluate(asked).decision).toBe(decision)
      const more = oiap({ ...document, Statement: [...list, { ...randomStatement(), Effect: 'Deny' }] }).evaluate(asked).decision
      expect(more && !decision).toBe(false)
    }
  })

  it('what is called was listed: no tool is hidden from a list and yet callable', () => {
    for (let i = 0; i < 3_000; i++) {
      const policy = oiap(randomDocument())
      const [tool, principal] = [pick(alphabet), randomPrincipal()]
      const listed = policy.evaluate(question(tool, principal, undefined)).decision
      const called = policy.evaluate(question(tool, principal, randomArguments())).decision
      expect(called && !listed).toBe(false)
    }
  })

  it('without conditions on arguments, list and call are the same decision, through the guard', async () => {
    for (let i = 0; i < 500; i++) {
      const lists = {
        ...(below(2) === 0 ? { allow: some(patterns, 3) } : {}),
        ...(below(2) === 0 ? { deny: some(patterns, 2) } : {}),
        ...(below(2) === 0 ? { scopes: Object.fromEntries(some(patterns, 2).map((pattern) => [pattern, atLeastOne(scopes, 2)])) } : {}),
      }
      const guard = toolsGuard(lists)
      const principal = below(4) === 0 ? undefined : randomPrincipal()
      const tools = alphabet.map((name) => ({ name, inputSchema: {} }))
      const reply = (await guard.onReply?.(replyOf({ tools }), contextOf({ principal }))) as
        | { value: { result: { tools: typeof tools } } }
        | undefined
      const listed = new Set((reply?.value.result.tools ?? tools).map(({ name }) => name))
      for (const name of alphabet) {
        const verdict = await guard.onMessage?.(callOf(name, randomArguments()), contextOf({ principal }))
        expect(verdict === undefined, `${name} under ${JSON.stringify(lists)}`).toBe(listed.has(name))
      }
    }
  })

  it('lists are documents: the same patterns decide the same', () => {
    for (let i = 0; i < 1_000; i++) {
      const [allow, deny] = [atLeastOne(patterns, 3), some(patterns, 2)]
      const asked = question(pick(alphabet), randomPrincipal(), {})
      const statements: OiapStatement[] = [
        { Effect: 'Allow', Action: allow },
        ...(deny.length === 0 ? [] : [{ Effect: 'Deny' as const, Action: deny }]),
      ]
      const document = oiap({ Version: '2025-05-16', Statement: statements })
      expect(definePolicy({ allow, deny }).evaluate(asked).decision).toBe(document.evaluate(asked).decision)
    }
  })
})
