/**
 * What redaction costs: `npx tsx -C safe-mcp-source bench/redact.ts [rounds]`.
 *
 * All variants run interleaved in one process; printed are ratios of medians within the run (and of best rounds, which a busy machine
 * disturbs less), since absolute figures move with the machine. Texts come out of JSON.parse, as they do in a server.
 */
import { createRedactor } from 'safe-mcp/redact'

const rounds = Number(process.argv[2] ?? 15)
const sliceMs = 6
const redactor = createRedactor()

const words =
  'the quick report of a server shows that most calls finish within two seconds while some wait for another service to answer and are tried again later by the same agent which then keeps what it learnt in a table of results for people who ask about orders items prices dates and places in their own words every day'.split(
    ' ',
  )

/** English-like sentences with the numbers, dates and paths that replies are full of. */
function prose(length: number, item?: (n: number) => string): string {
  const parts: string[] = []
  let size = 0
  for (let i = 0, since = 0; size < length; i++) {
    let word = words[(i * 7 + (i >> 3)) % words.length]!
    if (i % 17 === 0) word = `${word}.`
    if (i % 41 === 0) word = `order ${100000 + i}`
    if (i % 97 === 0) word = `2024-03-${10 + (i % 20)}`
    if (item !== undefined && since > 120) {
      word = item(i)
      since = 0
    }
    parts.push(word)
    size += word.length + 1
    since += word.length + 1
  }
  return parts.join(' ').slice(0, length)
}

const items = [
  (n: number) => `user${n}@example.com`,
  (n: number) => `123-45-${6000 + (n % 3000)}`,
  () => '4111 1111 1111 1111',
  (n: number) => `(415) 555-${2000 + (n % 7000)}`,
  () => 'GB82 WEST 1234 5698 7654 32',
]
const someItem = (n: number): string => items[n % items.length]!(n)

const fresh = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const inLines = (text: string): string => text.replace(/(.{72}\S*) /g, '$1\n')
const textReply = (text: string) => fresh({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } })
const records = (count: number) =>
  fresh({
    jsonrpc: '2.0',
    id: 1,
    result: {
      structuredContent: {
        rows: Array.from({ length: count }, (_, i) => ({
          id: i,
          name: `item ${i}`,
          price: i * 1.25,
          tags: ['a', 'b'],
          note: prose(40 + (i % 60)),
        })),
      },
    },
  })

interface Variant {
  readonly name: string
  readonly run: () => unknown
  calls: number
  readonly samples: number[]
}

const variants: Variant[] = []
function add(name: string, run: () => unknown): string {
  variants.push({ name, run, calls: 1, samples: [] })
  return name
}
const of = (name: string): Variant => variants.find((variant) => variant.name === name)!
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!
const time = (name: string): number => median(of(name).samples)
const best = (name: string): number => Math.min(...of(name).samples)

let sum = 0
function slice(variant: Variant): number {
  const start = performance.now()
  for (let i = 0; i < variant.calls; i++) sum += variant.run() === undefined ? 0 : 1
  return (performance.now() - start) / variant.calls
}

function measure(): void {
  for (const variant of variants) {
    for (const end = performance.now() + 60; performance.now() < end; ) sum += variant.run() === undefined ? 0 : 1
    while (slice(variant) * variant.calls < sliceMs && variant.calls < 1e6) variant.calls *= 2
  }
  for (let round = 0; round < rounds; round++) for (const variant of variants) variant.samples.push(slice(variant))
}

interface Row {
  readonly what: string
  readonly over: readonly [string, string]
  readonly target: number
}
const rows: Row[] = []

for (const [name, reply] of [
  ['text 1 KB', textReply(prose(1000))],
  ['text 10 KB', textReply(prose(10_000))],
  ['text 100 KB', textReply(prose(100_000))],
  ['text 500 KB', textReply(prose(500_000))],
  ['text in lines, 10 KB', textReply(inLines(prose(10_000)))],
  ['text in lines, 100 KB', textReply(inLines(prose(100_000)))],
  ['JSON within text, 10 KB', textReply(JSON.stringify(records(60).result, null, 2))],
  ['records 10 KB', records(70)],
  ['records 100 KB', records(700)],
] as const) {
  const json = JSON.stringify(reply)
  if (redactor.gate(json)) throw new Error(`${name} is not clean`)
  rows.push({
    what: `clean, ${name}: gate / JSON.stringify`,
    over: [add(`gate ${name}`, () => redactor.gate(json)), add(`stringify ${name}`, () => JSON.stringify(reply))],
    target: 1.2,
  })
}
for (const [name, length] of [
  ['10 KB', 10_000],
  ['100 KB', 100_000],
] as const) {
  const reply = textReply(prose(length, someItem))
  const { text } = reply.result.content[0]!
  rows.push({
    what: `an item every 120 characters, ${name}: redact / JSON.stringify`,
    over: [add(`redact ${name}`, () => redactor.redact(text)), add(`stringify dirty ${name}`, () => JSON.stringify(reply))],
    target: 6,
  })
}

/** Shapes that make some verifier work as often as it can. */
const hostile: Readonly<Record<string, string>> = {
  'a.': 'a.',
  'a@a@': 'a@a@',
  'a@a.aa ': 'a@a.aa ',
  ghp_: 'ghp_',
  'sk-': 'sk-aB3',
  'eyJ.': 'eyJ.',
  digits: '1',
  'wrong cards': '4111 1111 1111 1112 ',
  'card rows': '4444 ',
  'card word': 'card ',
  ssn: '555-55-5555 ',
  'ssn word': 'ssn ',
  'call word': 'call ',
  phones: '00 00 00 ',
  '+1': '+1 ',
  nanp: '1-415-155-2671 ',
  iban: 'gb00',
  'iban groups': 'gb00 0000 0000 0000 0000 ',
  '<script>': '<script>',
  '<img': '<img a',
  '{{': '{{',
  '{{ }': '{{ }',
  'dollar brace': '${',
  'eval(': 'eval(',
  '![': '![',
  '](h': '](http',
  '://a:': '://a:b',
  begin: '-----BEGIN PRIVATE KEY-----',
  'data:': 'data:text/html',
  'javascript:': 'javascript:a',
  '&#64': '&#64',
  '&#64;': '&#64;',
  '%4': '%4',
  '\\u00': '\\u00',
  'marks apart': `%${'b'.repeat(24)}`,
  'zero-width': 'a\u200b',
  'full-width': '\uff11',
  han: '\u4e2d',
  emoji: '\u{1f600}',
}
const size = 64_000
// Only a text with something in it is redacted, so that is what is typical; one without is there to compare with.
const [typical, bare] = (
  [
    ['typical', someItem],
    ['bare', undefined],
  ] as const
).map(([name, item]) => {
  const text = fresh(prose(size, item))
  return add(name, () => redactor.redact(text))
}) as [string, string]
for (const [name, unit] of Object.entries(hostile)) {
  for (const times of [1, 2]) {
    const text = fresh(unit.repeat(Math.ceil((size * times) / unit.length)).slice(0, size * times))
    add(`${name} x${times}`, () => redactor.redact(text))
  }
}

measure()

console.log(`node ${process.version}, ${rounds} interleaved rounds${sum === 0 ? '!' : ''}\n`)
const show = (what: string, ratio: number, least: number, target: number): void =>
  console.log(
    `${what.padEnd(64)} ${ratio.toFixed(2).padStart(6)}  best ${least.toFixed(2).padStart(6)}  target <= ${target}${Math.min(ratio, least) <= target ? '' : '   MISSED'}`,
  )
for (const { what, over, target } of rows) {
  show(what, time(over[0]) / time(over[1]), best(over[0]) / best(over[1]), target)
  if (process.argv[3] === 'times') console.log(`  best ${over.map((name) => `${(best(name) * 1000).toFixed(2)} us`).join(' / ')}`)
}

console.log(
  '\nhostile text, time per character over that of a text with an item every 120 characters (target <= 8), doubling (target <= 2.2), and over that of a text with nothing in it',
)
for (const name of Object.keys(hostile)) {
  const over = (other: string) => [time(`${name} x1`) / time(other), best(`${name} x1`) / best(other)] as const
  const worse = over(typical)
  const double = [time(`${name} x2`) / time(`${name} x1`), best(`${name} x2`) / best(`${name} x1`)] as const
  const missed = Math.min(...worse) > 8 || Math.min(...double) > 2.2
  const shown = [worse, double, over(bare)]
    .map((pair) =>
      pair
        .map((ratio) => ratio.toFixed(2))
        .join(' / best ')
        .padStart(20),
    )
    .join('  ')
  console.log(`${JSON.stringify(name).padEnd(16)} ${shown}${missed ? '   MISSED' : ''}`)
}

// What a stream keeps back, looked at after every character of prose.
const text = prose(20_000)
const stream = redactor.stream()
const held: number[] = []
let out = 0
for (let i = 0; i < text.length; i++) {
  out += stream.push(text[i]!).length
  held.push(i + 1 - out)
}
const sorted = held.toSorted((a, b) => a - b)
const mean = held.reduce((a, b) => a + b, 0) / held.length
console.log(
  `\nheld back on prose, after every character: mean ${mean.toFixed(2)} (target <= 4), p99 ${sorted[Math.floor(sorted.length * 0.99)]} (target <= 24), most ${sorted.at(-1)}`,
)
