import type { Kind } from './kind.ts'
import { baseKinds } from './kinds/base.ts'

/** The base set: every kind that can be named in options. Packs export their own. */
export const kinds: readonly Kind[] = baseKinds
