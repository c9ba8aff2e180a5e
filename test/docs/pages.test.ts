import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorsPage } from './errors-page.ts'
import { outputPage } from './output-page.ts'
import { rulesPage } from './rules-page.ts'

const pages: readonly (readonly [path: string, make: () => string])[] = [
  ['docs/errors.md', errorsPage],
  ['docs/rules.md', rulesPage],
  ['docs/guards/output.md', outputPage],
]

describe('generated pages', () => {
  it.each(pages)('%s says what the code says (npm run docs writes it)', (path, make) => {
    const file = join(import.meta.dirname, '../..', path)
    if (process.env['SAFE_MCP_WRITE_DOCS'] === '1') writeFileSync(file, make())
    expect(readFileSync(file, 'utf8')).toBe(make())
  })
})
