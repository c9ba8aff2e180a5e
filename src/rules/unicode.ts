import type { RuleRow } from './rows.ts'

/** Hidden and misleading characters. The pattern names what the normaliser remarks on. In definitions they have no excuse. */
export const unicode: readonly RuleRow[] = [
  ['unicode/invisible', 'medium', [0.25, 0.25, 0.6], 'characters invisible', 'T1402'],
  ['unicode/bidi', 'medium', [0.3, 0.3, 0.6], 'characters bidi', 'T1402'],
  ['unicode/tags', 'high', [0.7, 0.7, 0.8], 'characters tags', 'T1402'],
  ['unicode/variation', 'medium', [0.3, 0.3, 0.6], 'characters variation', 'T1402'],
  ['unicode/private-use', 'low', [0.05, 0, 0.4], 'characters private-use', 'T1402'],
  ['unicode/combining', 'low', [0.2, 0.2, 0.5], 'characters combining', 'T1402'],
  ['unicode/mixed-script', 'medium', [0.3, 0.3, 0.6], 'characters mixed-script', 'T1301'],
]
