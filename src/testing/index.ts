export { type ConformanceCase, ConformanceError } from './conformance.ts'
export { type StoreConformanceOptions, storeConformance } from './store.ts'
export { type VerifierConformanceOptions, verifierConformance } from './verifier.ts'
