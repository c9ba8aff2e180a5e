import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyAuditFile } from '../../adapters/platform/node.ts'

/** 200 for the figure in docs/audit.md; a few in every test run. */
const rounds = Number(process.env['SAFE_MCP_KILLS'] ?? 6)

test(`after each of ${rounds} kills in the middle of writing, the log verifies up to its last whole event and nothing flushed is lost`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'safe-mcp-kill-'))
  const path = join(dir, 'audit.jsonl')
  let torn = 0
  let flushed = 0
  try {
    for (let round = 0; round < rounds; round++) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--conditions', 'safe-mcp-source', join(import.meta.dirname, 'writer.ts'), path, '200000'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      // The first number: from then on there is a file to lose.
      while (!/\n[1-9]\d*\n/.test(said)) await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 20 + ((round * 37) % 150)))
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      // Only a line that ends was said as a whole.
      flushed = Math.max(
        flushed,
        ...said
          .slice(0, said.lastIndexOf('\n'))
          .split('\n')
          .map((line) => Number(line) || 0),
      )
      const report = await verifyAuditFile(path, { fromStart: true })
      expect(report, `round ${round}`).toMatchObject({ ok: true })
      expect(report.last?.seq ?? 0, `round ${round}`).toBeGreaterThanOrEqual(flushed)
      if (report.tornTail) torn++
    }
    expect(flushed).toBeGreaterThan(0)
    console.info(`${rounds} kills, ${torn} torn tails, ${flushed} events flushed, none lost`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}, 600_000)
