import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kinds } from 'safe-mcp/redact'
import { credentials } from 'safe-mcp/redact/credentials'
import { evasions } from 'safe-mcp/redact/evasions'
import { finance } from 'safe-mcp/redact/finance'
import { hidden } from 'safe-mcp/redact/hidden'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { network } from 'safe-mcp/redact/network'
import { personal } from 'safe-mcp/redact/personal'
import { secretsMore } from 'safe-mcp/redact/secrets-more'
import { describe, expect, it } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../../docs/guards/output.md'), 'utf8')

describe('docs/guards/output.md', () => {
  it('lists every kind with what it is and how it is checked', () => {
    for (const kind of [...kinds, credentials, evasions, finance, hidden, nationalIds, network, personal].flat()) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${kind.id}\` |`))
      expect(row, kind.id).toBeDefined()
      for (const fact of [kind.what, kind.validator]) expect(row, kind.id).toContain(fact.replaceAll('|', '\\|'))
      if (kind.label !== '') expect(row, kind.id).toContain(kind.label)
    }
    for (const kind of secretsMore) expect(page, kind.id).toContain(`\`${kind.name}\``)
  })
})
