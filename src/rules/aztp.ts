import type { RuleRow } from './rows.ts'

/**
 * The fifteen input intents of the AZTP design, in its order. A ruleset of its own: it flags what the design says it flags,
 * ordinary sentences included, so it is not among the defaults.
 */
export const aztp: readonly RuleRow[] = [
  ['aztp/Pattern_000', 'high', 0.9, ['<!-- system:', '<!--system:', '<!-- system :'], 'T1102'],
  ['aztp/Pattern_001', 'high', 0.9, ['<|system|>'], 'T1102'],
  ['aztp/Pattern_002', 'high', 0.9, ['[inst]'], 'T1102'],
  ['aztp/Pattern_003', 'high', 0.9, ['### instruction:', '###instruction:'], 'T1102'],
  ['aztp/Pattern_004', 'medium', 0.9, 'characters invisible', 'T1402'],
  ['aztp/Pattern_005', 'medium', 0.9, 'characters private-use', 'T1402'],
  ['aztp/Pattern_006', 'medium', 0.9, 'characters bidi', 'T1402'],
  ['aztp/Pattern_007', 'high', 0.9, '(prompt|prompts) 60 (injection|injections)', 'T1102'],
  ['aztp/Pattern_008', 'high', 0.9, '(ignore|ignores|ignoring) 60 previous', 'T1102'],
  ['aztp/Pattern_009', 'high', 0.9, '(system) 60 (override|overrides|overriding)', 'T1102'],
  ['aztp/Pattern_010', 'high', 0.9, '(jailbreak*)', 'T1102'],
  ['aztp/Pattern_011', 'high', 0.9, '(developer) 30 (mode)', 'T1102'],
  ['aztp/Pattern_012', 'medium', 0.9, '(forget*) 60 (context)', 'T1102'],
  ['aztp/Pattern_013', 'medium', 0.9, '(new) 30 (conversation)', 'T1102'],
  ['aztp/Pattern_014', 'medium', 0.9, '(role|roles) 30 (play|playing|plays)', 'T1102'],
]
