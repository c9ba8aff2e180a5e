import { describe, expect, it } from 'vitest'
import { readJson } from '../../../src/lib/json.ts'
import { encodeUtf8 } from '../../../src/lib/utf8.ts'
import suite from './fixtures/json-test-suite.json' with { type: 'json' }

const limits = { maxDepth: 64, maxNodes: 100_000 }
const cases = Object.entries(suite.cases).map(([name, bytes]) => [name, Uint8Array.from(Buffer.from(bytes, 'base64'))] as const)

/** What is legal JSON and refused all the same, on purpose. */
const refused: Readonly<Record<string, string>> = {
  y_object_duplicated_key: 'duplicate_key',
  y_object_duplicated_key_and_value: 'duplicate_key',
  'i_structure_UTF-8_BOM_empty_object': 'bom',
  i_structure_500_nested_arrays: 'depth',
}

function reference(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) }
  } catch {
    return undefined
  }
}

describe('JSONTestSuite', () => {
  it('is here', () => {
    expect(cases.filter(([name]) => name.startsWith('y_')).length).toBe(95)
    expect(cases.filter(([name]) => name.startsWith('n_')).length).toBe(186)
  })

  it.each(cases.filter(([name]) => name.startsWith('y_') && refused[name] === undefined))('accepts %s', (_, bytes) => {
    expect(readJson(bytes, limits)).toMatchObject({ ok: true, ...reference(bytes) })
  })

  it.each(cases.filter(([name]) => name.startsWith('n_')))('refuses %s', (_, bytes) => {
    expect(readJson(bytes, limits).ok).toBe(false)
  })

  it.each(cases.filter(([name]) => name.startsWith('i_') && refused[name] === undefined))('treats %s as JSON.parse does', (_, bytes) => {
    expect(readJson(bytes, limits).ok).toBe(reference(bytes) !== undefined)
  })

  it.each(Object.entries(refused))('refuses %s, though legal, as %s', (name, fault) => {
    expect(readJson((cases.find(([other]) => other === name) as (typeof cases)[number])[1], limits)).toMatchObject({ ok: false, fault })
  })

  it.each([
    ['n_structure_100000_opening_arrays', '['.repeat(100_000)],
    ['n_structure_open_array_object', '[{"":'.repeat(50_000)],
  ])('refuses %s at the depth limit', (_, text) => {
    expect(readJson(encodeUtf8(text), limits)).toMatchObject({ ok: false, fault: 'depth' })
  })
})
