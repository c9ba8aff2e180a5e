import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kind, kinds } from '../../src/redact/index.ts'
import { credentials } from '../../src/redact/packs/credentials.ts'
import { evasions } from '../../src/redact/packs/evasions.ts'
import { finance } from '../../src/redact/packs/finance.ts'
import { hidden } from '../../src/redact/packs/hidden.ts'
import { nationalIds } from '../../src/redact/packs/national-ids.ts'
import { network } from '../../src/redact/packs/network.ts'
import { personal } from '../../src/redact/packs/personal.ts'
import { secretsMore } from '../../src/redact/packs/secrets-more.ts'
import { evasionRows } from '../unit/redact/evasion-rows.ts'

const packs: readonly (readonly Kind[])[] = [credentials, evasions, finance, hidden, nationalIds, network, personal]

const cell = (text: string): string => text.replaceAll('|', '\\|')

function table(rows: readonly Kind[]): string {
  const lines = rows.map(
    ({ id, what, validator, label }) =>
      `| \`${id}\` | ${cell(what)} | ${cell(validator)} | ${label === '' ? '(removed)' : `\`${cell(label)}\``} |`,
  )
  return `| rule | what | checked | label |\n|---|---|---|---|\n${lines.join('\n')}`
}

/** The tables of kinds: the base set, each pack, and the long list of issuers in one paragraph. */
function catalogue(): string {
  const issuers = secretsMore
    .map(({ name, what }) => `\`${name}\` (${what.slice(0, what.indexOf(':'))})`)
    .sort()
    .join(', ')
  return [
    `### On by default\n\n${table(kinds)}`,
    ...packs.map((pack) => `### \`${pack[0]!.pack}\`\n\n${table(pack)}`),
    `### \`safe-mcp/redact/secrets-more\`\n\nKeys of further issuers, by prefix or mark, alphabet and length. Rule \`secret/<name>\`, label \`[<NAME>_REDACTED]\`.\n\n${issuers}.`,
  ].join('\n\n')
}

function hiding(): string {
  const rows = evasionRows.map(({ written, found }) => `| ${cell(written)} | ${found} |`)
  return `## What hides, and what is found all the same\n\n| written as | found |\n|---|---|\n${rows.join('\n')}`
}

/** docs/guards/output.md: its tables from the kinds and from what the tests of evasions show, everything else as it stands there. */
export function outputPage(): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/guards/output.md'), 'utf8')
  const start = page.indexOf('### On by default')
  const end = page.indexOf('\n\n', page.lastIndexOf('\n|'))
  return `${page.slice(0, start)}${catalogue()}\n\n${hiding()}${page.slice(end)}`
}
