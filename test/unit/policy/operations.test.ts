import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.ts'
import { operationsOf } from '../../../src/policy/operations.ts'

const asked = (method: string, params?: unknown) =>
  operationsOf({ value: { jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) } } as unknown as Message)

describe('what a message asks to do', () => {
  it.each(['resources/subscribe', 'resources/unsubscribe'])('leaves a %s that names nothing to the server', (method) => {
    expect(asked(method)).toEqual([])
    expect(asked(method, { _meta: { progressToken: 1 } })).toEqual([])
  })

  it.each([{ uri: '' }, { uri: 1 }, { URI: 'test://one' }, { name: 'one' }, ['test://one'], null])(
    'takes a subscription with %j for one to something unknown',
    (params) => {
      expect(asked('resources/subscribe', params)).toMatchObject([{ type: 'resource', id: undefined }])
    },
  )

  it('takes the name of a subscription from the body', () => {
    expect(asked('resources/subscribe', { uri: 'test://one' })).toMatchObject([
      { action: 'resources/subscribe', type: 'resource', id: 'test://one' },
    ])
  })

  it.each(['tools/call', 'prompts/get', 'resources/read'])('takes a %s that names nothing for one of something unknown', (method) => {
    expect(asked(method, {})).toMatchObject([{ id: undefined }])
    expect(asked(method)).toMatchObject([{ id: undefined }])
  })
})
