import { describe, expect, it } from 'vitest'
import { createToolCatalogue } from '../../../src/mcp/tools-list.ts'
import { reply } from './message.ts'

const input = (word = 'q') => ({ type: 'object', properties: { [word]: { type: 'string', 'x-mcp-header': 'Q' } } })
const tools = (...names: string[]) =>
  reply({ tools: names.map((name) => ({ name, inputSchema: input(), outputSchema: { type: 'object' } })) })

describe('the tool catalogue', () => {
  it('learns schemas and mirrored arguments from a list that passes', () => {
    const catalogue = createToolCatalogue()
    catalogue.learn(tools('search'))
    expect(catalogue.inputSchema('search')).toEqual(input())
    expect(catalogue.outputSchema('search')).toEqual({ type: 'object' })
    expect(catalogue.headerParams('search')).toEqual([{ header: 'mcp-param-q', path: ['q'], type: 'string' }])
    expect(catalogue.tool('other')).toBeUndefined()
  })

  it('keeps the same object while a definition stays the same, so that compiled schemas can hang on it', () => {
    const catalogue = createToolCatalogue()
    catalogue.learn(tools('a'), 'ann')
    const first = catalogue.tool('a', 'ann')
    catalogue.learn(tools('a'), 'ann')
    catalogue.learn(tools('a'), 'bob')
    expect(catalogue.tool('a', 'ann')).toBe(first)
    expect(catalogue.tool('a', 'bob')).toBe(first)
    catalogue.learn(reply({ tools: [{ name: 'a', inputSchema: input('r') }] }), 'ann')
    expect(catalogue.inputSchema('a', 'ann')).toEqual(input('r'))
    expect(catalogue.outputSchema('a', 'ann')).toBeUndefined()
  })

  it('answers strangers only when all who know the tool agree', () => {
    const catalogue = createToolCatalogue()
    catalogue.learn(tools('a'), 'ann')
    expect(catalogue.tool('a', 'carol')).toBeDefined()
    catalogue.learn(reply({ tools: [{ name: 'a', inputSchema: input('r') }] }), 'bob')
    expect(catalogue.tool('a', 'carol')).toBeUndefined()
    expect(catalogue.inputSchema('a', 'bob')).toEqual(input('r'))
  })

  it('learns from results only, and nothing from what is no definition', () => {
    const catalogue = createToolCatalogue()
    catalogue.learn({ ...tools('a'), direction: 'inward' })
    for (const entry of [null, 'a', { name: 'a' }, { name: 1, inputSchema: {} }, { name: 'a', inputSchema: [] }, { inputSchema: {} }])
      catalogue.learn(reply({ tools: [entry] }))
    catalogue.learn(reply({ tools: 'a' }))
    catalogue.learn(reply(null))
    expect(catalogue.tool('a')).toBeUndefined()
  })

  it('does not mistake members of Object.prototype for tools', () => {
    const catalogue = createToolCatalogue()
    catalogue.learn(tools('a'))
    for (const name of ['constructor', '__proto__', 'toString']) expect(catalogue.tool(name)).toBeUndefined()
  })

  it('forgets the longest unheard-of when it is full', () => {
    const catalogue = createToolCatalogue({ maxTools: 2 })
    catalogue.learn(tools('a', 'b'))
    catalogue.learn(tools('a', 'c'))
    expect(['a', 'b', 'c'].map((name) => catalogue.tool(name) !== undefined)).toEqual([true, false, true])
    const small = createToolCatalogue({ maxTotalChars: 300 })
    small.learn(tools('a', 'b', 'c', 'd', 'e'))
    expect(small.tool('a')).toBeUndefined()
    expect(small.tool('e')).toBeDefined()
  })

  it('does not learn a schema that is too large', () => {
    const catalogue = createToolCatalogue({ maxSchemaChars: 50 })
    catalogue.learn(tools('a'))
    expect(catalogue.tool('a')).toBeUndefined()
  })
})
