export {
  type DurableObjectNamespaceLike,
  type DurableObjectStoreOptions,
  durableObjectStore,
} from './workers/durable-object-store.ts'
export { type KvNamespaceLike, type KvStoreOptions, kvStore } from './workers/kv-store.ts'
export { SafeMcpStore } from './workers/safe-mcp-store.ts'
