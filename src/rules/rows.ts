/*
 * How rules are written down here. A row is data: the scanner turns it into a Rule (src/scan/rulesets.ts), docs/rules.md lists it.
 */

/** Weights for chat prompts, for tool traffic (arguments, results, resources) and for tool definitions. */
export type WeightRow = number | readonly [prompt: number, tool: number, definition: number]

/**
 * `id, severity, weight, pattern, technique, check`.
 *
 * The pattern names word lists (`override 24 previous 20 instruction`: in this order, at most 24 and 20 characters apart;
 * `~60 override instruction`: in any order within 60 characters), or gives words in brackets: `(you are now|act as)`. `(a|b)_(c|d)` are all pairs, `(a|b):` with a colon,
 * `x/y` both lists. A list of
 * strings is any of them, as it stands.
 * `check` names a verifier of src/scan/verifiers.ts.
 */
export type RuleRow = readonly [
  id: string,
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical',
  weight: WeightRow,
  pattern: string | readonly string[],
  technique?: string,
  check?: 'label',
]

/** Word lists by name: alternatives with `|` between them; `*` takes any ending. */
export type WordTable = Readonly<Record<string, string>>
