export { kinds } from './catalogue.ts'
export type { Kind } from './kind.ts'
export type { Redacted, RedactionStream } from './redacted.ts'
export {
  createRedactor,
  type KindChoice,
  type Recognised,
  type Redactor,
  type RedactorOptions,
} from './redactor.ts'
export type { Replacement } from './replacement.ts'
export type { Schema } from './shape.ts'
export type { RedactedValue, RedactValueOptions } from './value.ts'
