export { type MemoryStoreOptions, memoryStore, StoreFullError } from './memory.ts'
export type { Store } from './store.ts'
