import { describe, expect, it } from 'vitest'
import { createPathMatcher } from '../../../src/lib/path-matcher.ts'

const exact = createPathMatcher(['/mcp'])
const below = createPathMatcher(['/mcp/*'])

describe('createPathMatcher', () => {
  it.each(['/mcp', '/MCP', '/mcp/', '//mcp', '/%6dcp', '/./mcp', '/x/../mcp', '/x/..%2fmcp', '/mcp//', '\\mcp'])(
    'finds /mcp in %s',
    (path) => {
      expect(exact(path)).toBe(true)
    },
  )

  it.each(['/', '/mcp2', '/mc', '/mcp/x', '/x/mcp', '/mcp%00', '/mcp;x'])('does not find /mcp in %s', (path) => {
    expect(exact(path)).toBe(false)
  })

  // Express and Koa resolve no dots; Hono decodes once, and we see what it decoded.
  it.each([
    '/mcp',
    '/mcp/a/b',
    '/mcp/../x',
    '/mcp/..',
    '/MCP/%2e%2e/x',
    '/mcp/%252e%252e/x',
    '/%6dcp/%ff',
    '/mcp/%ff/../..',
    '/a/../mcp/b',
    '/mcp/..%2f..%2fx',
  ])('finds what is below /mcp in %s', (path) => {
    expect(below(path)).toBe(true)
  })

  it.each(['/', '/mcpx/a', '/a/mcp/b', '/%ff/mcp'])('finds nothing below /mcp in %s', (path) => {
    expect(below(path)).toBe(false)
  })
})
