import { express5, express5Parsed } from './express.ts'
import { express4 } from './express4.ts'
import { koa3, koa3Parsed } from './koa.ts'
import { nodeHttp } from './node-http.ts'
import type { Harness } from './types.ts'

/** Every harness over `adapters/node.ts`. */
export const nodeHarnesses: readonly Harness[] = [express5, express5Parsed, express4, koa3, koa3Parsed, nodeHttp]
