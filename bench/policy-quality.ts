/**
 * Recall and false positives on tool calls and tool definitions, per technique.
 *
 * npx tsx --conditions=safe-mcp-source bench/policy-quality.ts <file>
 *
 * The file holds cases made from the SAFE-MCP catalogue (Apache-2.0 and CC-BY-4.0), one JSON object a line:
 * `{ technique, kind, message, expected: 'malicious' | 'benign', scope: 'core' | 'stretch', contested? }`.
 */
import { readFileSync } from 'node:fs'
import { definitionsGuard } from 'safe-mcp'
import { inferArguments } from 'safe-mcp/policy'
import { createScanner, walkStrings } from 'safe-mcp/scan'

interface Case {
  readonly technique: string
  readonly kind: string
  readonly message: { readonly params?: { readonly name: string; readonly arguments?: Record<string, unknown> } }
  readonly expected: 'malicious' | 'benign'
  readonly scope: 'core' | 'stretch'
  readonly contested?: boolean
}

const file = process.argv[2]
if (file === undefined) throw new Error('usage: npx tsx --conditions=safe-mcp-source bench/policy-quality.ts <file>')
const cases = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Case)

const inspector = inferArguments()
const scanner = createScanner()

function scanned(value: unknown): boolean {
  return walkStrings(value, ({ text }) => scanner.scan(text, { slot: 'tool-arguments' }).flagged)
}

const byArguments = ({ message }: Case) => inspector.inspect(message.params?.name ?? '', message.params?.arguments ?? {}).length > 0
const byBoth = (one: Case) => byArguments(one) || scanned(one.message.params?.arguments)

async function byDefinition({ message }: Case): Promise<boolean> {
  let found = 0
  const value = { jsonrpc: '2.0', id: 1, result: { tools: [message] } }
  const ctx = { mode: 'monitor', report: () => void found++ } as never
  await definitionsGuard({}, { scanner }).onReply?.(
    { kind: 'response', direction: 'outward', mediaType: 'application/json', text: '', value },
    ctx,
  )
  return found > 0
}

async function table(title: string, kind: string, decide: (one: Case) => boolean | Promise<boolean>): Promise<void> {
  const rows = new Map<string, [found: number, malicious: number, alarms: number, benign: number]>()
  for (const one of cases.filter((candidate) => candidate.kind === kind && candidate.contested !== true)) {
    const flagged = await decide(one)
    for (const key of [`${one.scope} ${one.technique}`, `${one.scope}, all`]) {
      const row = rows.get(key) ?? [0, 0, 0, 0]
      const at = one.expected === 'malicious' ? 0 : 2
      if (flagged) row[at] += 1
      if (at === 0) row[1] += 1
      else row[3] += 1
      rows.set(key, row)
    }
  }
  console.log(`\n${title}`)
  for (const [key, [found, malicious, alarms, benign]] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`  ${key.padEnd(24)} found ${found}/${malicious}, false alarms ${alarms}/${benign}`)
  }
}

await table('tool calls, inferred argument checks', 'tool-call', byArguments)
await table('tool calls, inferred argument checks and text scan', 'tool-call', byBoth)
await table('tool definitions', 'tool-definition', byDefinition)
