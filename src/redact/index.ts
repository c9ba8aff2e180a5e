export type { Kind } from './kind.ts'
export { createRedactor, type KindChoice, type Redacted, type RedactionStream, type Redactor, type RedactorOptions } from './redactor.ts'
export type { Replacement } from './replacement.ts'
