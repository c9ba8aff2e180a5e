import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import { classify, type RpcBatch, type RpcEntry } from '../../../src/mcp/json-rpc.ts'
import { isRevision, type Revision, readProtocol } from '../../../src/mcp/revisions.ts'

const meta = (version: unknown) => ({ _meta: { 'io.modelcontextprotocol/protocolVersion': version } })
const call = (params: unknown = {}) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
const initialize = (params: unknown = {}) => ({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
const note = (params: unknown = {}) => ({ jsonrpc: '2.0', method: 'notifications/initialized', params })

function read(value: unknown, header?: string | null, supported?: readonly Revision[]) {
  const body = classify(value) as RpcEntry | RpcBatch
  return readProtocol(body, header === null ? 'conflict' : header === undefined ? undefined : { value: header }, supported)
}

describe('readProtocol', () => {
  it.each([
    ['a call that names nothing', call(), undefined, 'legacy', undefined],
    ['a call of each legacy revision', call(), '2025-11-25', 'legacy', '2025-11-25'],
    ['the oldest revisions', call(), '2024-11-05', 'legacy', '2024-11-05'],
    ['the preview that the v1 SDK still serves', call(), '2024-10-07', 'legacy', '2024-10-07'],
    ['a modern call', call(meta('2026-07-28')), '2026-07-28', 'modern', '2026-07-28'],
    ['a modern call through a proxy that pads', call(meta('2026-07-28')), ' 2026-07-28 ', 'modern', '2026-07-28'],
    ['a modern notification without a header', note(meta('2026-07-28')), undefined, 'modern', '2026-07-28'],
    ['a modern header over a body without a claim, which the server judges', call(), '2026-07-28', 'modern', '2026-07-28'],
    ['initialize, whatever the header of an earlier session says', initialize(), '2099-01-01', 'legacy', undefined],
    ['initialize with a claim that is no modern revision', initialize(meta('2025-11-25')), undefined, 'legacy', undefined],
    ['a posted answer', { jsonrpc: '2.0', id: 1, result: {} }, '2025-06-18', 'legacy', '2025-06-18'],
  ])('knows %s', (_, value, header, era, revision) => {
    expect(read(value, header)).toEqual({ ok: true, era, revision, batch: false })
  })

  it.each([
    ['header_mismatch', call(meta('2026-07-28')), undefined],
    ['header_mismatch', call(meta('2026-07-28')), '2025-11-25'],
    ['header_mismatch', call(meta('2026-07-28')), null],
    ['header_mismatch', note(meta('2026-07-28')), '2025-11-25'],
    ['header_mismatch', initialize(), '2026-07-28'],
    ['revision_unsupported', call(), '1999-01-01'],
    ['revision_unsupported', call(), ''],
    ['revision_unsupported', call(), '2025-11-25, 2025-11-25'],
    ['revision_unsupported', call(meta('2099-01-01')), '2099-01-01'],
    ['revision_unsupported', call(meta('2025-11-25')), '2025-11-25'],
    ['message_invalid', call(meta(20260728)), '2026-07-28'],
    ['message_invalid', call(meta(null)), '2026-07-28'],
  ])('answers %s to %j under %j', (code, value, header) => {
    expect(read(value, header)).toMatchObject({ ok: false, code })
  })

  it('tells a modern client of modern revisions alone, lest it fall back to the legacy era', () => {
    expect(read(call(meta('2099-01-01')), '2099-01-01')).toMatchObject({ data: { supported: ['2026-07-28'], requested: '2099-01-01' } })
    expect(read(call(meta('x'.repeat(500))))).toMatchObject({ data: { requested: 'x'.repeat(64) } })
  })

  it('lets an operator narrow the revisions', () => {
    expect(read(call(), '2025-03-26', ['2025-11-25'])).toMatchObject({ code: 'revision_unsupported', data: { supported: ['2025-11-25'] } })
    expect(read(call(meta('2026-07-28')), '2026-07-28', ['2025-11-25'])).toMatchObject({
      code: 'revision_unsupported',
      data: { supported: [] },
    })
  })
})

it('lets through every revision the official v1 SDK negotiates', () => {
  expect(SUPPORTED_PROTOCOL_VERSIONS.length).toBeGreaterThan(3)
  expect(SUPPORTED_PROTOCOL_VERSIONS.filter((version) => !isRevision(version))).toEqual([])
})

describe('batches', () => {
  it.each([undefined, '2024-11-05', '2025-03-26'])('exist under %s', (header) => {
    expect(read([call(), note()], header)).toMatchObject({ ok: true, era: 'legacy', batch: true })
  })

  it.each([
    ['a later revision', [call()], '2025-06-18', 'batch_invalid'],
    ['the modern era', [call()], '2026-07-28', 'batch_invalid'],
    ['a modern entry', [call(), call(meta('2026-07-28'))], undefined, 'batch_invalid'],
    ['an initialize among its entries', [initialize()], undefined, 'batch_invalid'],
    ['an unknown revision', [call()], '1999-01-01', 'revision_unsupported'],
  ])('are refused with %s', (_, value, header, code) => {
    expect(read(value, header)).toMatchObject({ ok: false, code })
  })
})
