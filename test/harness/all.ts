import { fetchHandler } from './fetch.ts'
import { hono } from './hono.ts'
import { honoNode } from './hono-node.ts'
import { nodeHarnesses } from './node.ts'
import type { Harness } from './types.ts'

/** Every way to run an app. */
export const harnesses: readonly Harness[] = [...nodeHarnesses, hono, honoNode, fetchHandler]
