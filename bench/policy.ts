/**
 * Decisions per second for documents of 10, 100 and 1,000 statements: `npx tsx --conditions=safe-mcp-source bench/policy.ts`.
 *
 * Sizes take turns in every round, so that a busy machine slows them alike; medians are printed, and their ratio to the smallest.
 */
import { definePolicy, type OiapStatement, oiap, type PolicyRequest } from 'safe-mcp/policy'

const sizes = [10, 100, 1_000]
const rounds = 9
const perRound = 20_000

function statementsOf(count: number): OiapStatement[] {
  return Array.from({ length: count }, (_, i): OiapStatement => {
    const Action = i % 3 === 0 ? `family${i}_*` : [`tool_${i}`, `other_${i}`]
    if (i % 5 === 4) return { Effect: 'Deny', Action, Condition: { NumericGreaterThan: { 'args.amount': 500 } } }
    return { Effect: 'Allow', Action, Condition: { StringEquals: { department: 'sales' } } }
  })
}

const subject = { type: 'user', id: 'u', properties: { department: 'sales', scopes: ['s'] } }
const ask = (id: string): PolicyRequest => ({
  subject,
  action: { name: 'tools/call' },
  resource: { type: 'tool', id },
  context: { arguments: { amount: 5 }, time: 0 },
})

const cases = sizes.map((size) => {
  const policy = oiap({ Version: '2025-05-16', Statement: statementsOf(size) })
  const questions = [ask('tool_1'), ask(`tool_${size - (size % 3 === 0 ? 2 : 1)}`), ask('family3_x'), ask('nobody_named_this')]
  return { name: `oiap, ${size} statements`, policy, questions, times: [] as number[] }
})
const lists = definePolicy({ allow: ['search', 'read_*'], deny: ['file_access'], scopes: { api_call: ['s'] } })
const questions = [ask('search'), ask('read_file'), ask('file_access'), ask('api_call')]
cases.push({ name: 'lists of the README', policy: lists, questions, times: [] })

let allowed = 0
for (let round = 0; round < rounds; round++) {
  for (const { policy, questions, times } of cases) {
    const started = performance.now()
    for (let i = 0; i < perRound; i++) if (policy.evaluate(questions[i % questions.length] as PolicyRequest).decision) allowed++
    times.push(performance.now() - started)
  }
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] as number
const first = median(cases[0]?.times ?? [])
for (const { name, times } of cases) {
  const time = median(times)
  console.log(
    `${name.padEnd(24)} ${Math.round((perRound / time) * 1000)
      .toLocaleString('en-US')
      .padStart(12)} decisions/s   x${(time / first).toFixed(2)} of 10 statements`,
  )
}
console.log(`(${allowed} of ${rounds * perRound * cases.length} allowed)`)
