import { type Rule, rulesets } from '../../src/scan/index.ts'
import { slotKinds } from '../../src/scan/rule.ts'
import { examples } from '../unit/rules/examples.ts'

const titles: Readonly<Record<keyof typeof rulesets, string>> = {
  injection: 'On by default. English.',
  multilingual:
    'On by default. The same intents in eighteen more languages: es, fr, de, pt, it, nl, pl, cs, tr, id, vi, ru, uk, zh, ja, ko, hi, ar.',
  unicode: 'On by default. Characters nobody sees, or that pass for others. Always reported; weights say what they add to a verdict.',
  aztp: 'Off by default (`rules: rulesets.aztp`). The fifteen input intents of the AZTP design.',
}

/** docs/rules.md, from the rules and their examples. */
export function rulesPage(): string {
  const sections = (Object.keys(titles) as (keyof typeof rulesets)[]).map((name) => {
    const rows = rulesets[name].map(
      (rule) =>
        `| \`${rule.id}\` | ${rule.severity} | ${rule.technique ?? ''} | ${weights(rule)} | ${example(rule, 0)} | ${example(rule, 1)} |`,
    )
    return `## ${name}\n\n${titles[name]}\n\n| rule | severity | technique | weight | matches | does not |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`
  })
  return `# Rules

Generated from \`src/rules\` by \`npm run docs\`.

A rule is a witness, not a verdict. Its weight says how much it proves alone, in percent: for prompts / tool arguments, tool results and
resources / tool definitions. Within a passage of 800 characters the strongest rule of each family counts, and families are combined as independent
evidence: \`1 - (1 - a)(1 - b)...\`. A text is flagged from 55 % on (tool definitions: 50 %) with \`sensitivity: 'balanced'\`. Negative weights are excuses: what
follows shortly after counts that much less, unless it weighs 90 or more.

Switch rules off, or give them another weight, by id or by family:

\`\`\`ts
import { createScanner } from 'safe-mcp/scan'

createScanner({ rules: { off: ['persona'], reweigh: { 'markers/chat-template': 0.3 } } })
\`\`\`

${sections.join('\n')}`
}

function weights(rule: Rule): string {
  if (typeof rule.weight === 'number') return String(Math.round(rule.weight * 100))
  const [prompt, tool, , , definition] = slotKinds.map((slot) => Math.round(((rule.weight as Record<string, number>)[slot] ?? 0) * 100))
  return prompt === tool && tool === definition ? String(prompt) : `${prompt} / ${tool} / ${definition}`
}

function example(rule: Rule, which: 0 | 1): string {
  const text = examples[rule.id]?.[which]
  return text === undefined ? '' : `\`${text.replaceAll('\n', '\\n').replaceAll('|', '\\|')}\``
}
