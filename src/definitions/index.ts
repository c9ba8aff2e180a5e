/** Tool definitions outside HTTP: hash, pin, compare, inspect. */
export { canonicalHash, canonicalJson } from '../lib/canonical-json.ts'
export { createLock, diffLock, formatLock, hashDefinition, type LockDifference, type PinLock, parseLock } from './lock.ts'
export { nameFindings, skeleton } from './names.ts'
export { fixedPins, type PinSource, storePins } from './pins.ts'
