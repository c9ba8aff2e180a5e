import { express5 } from '../../harness/express.ts'
import { fetchHandler } from '../../harness/fetch.ts'
import { hono } from '../../harness/hono.ts'
import { honoNode } from '../../harness/hono-node.ts'
import { koa3 } from '../../harness/koa.ts'
import type { Harness } from '../../harness/types.ts'

export const harnesses: readonly Harness[] = [express5, koa3, hono, honoNode, fetchHandler]
