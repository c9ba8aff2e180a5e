/** Ways to undo an encoding. Each gives a view: the text as it then reads, and where every character of it stood. All linear. */

export { decodeBytes } from './bytes.ts'
export { decodeEntities } from './entities.ts'
export { decodeEscapes } from './escapes.ts'
export { closeMemory, openMemory } from './memory.ts'
export { type Rewriter, rewrite } from './rewriter.ts'
export { decodeRun, isBase64 } from './runs.ts'
export { joinSpelled, stripEmphasis } from './spelled.ts'
export { reversed, rot13 } from './turned.ts'
export type { Source } from './units.ts'
export type { View } from './view.ts'
