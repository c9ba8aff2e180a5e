export { type ConformanceCase, ConformanceError } from './conformance.ts'
export { type StoreConformanceOptions, storeConformance } from './store.ts'
