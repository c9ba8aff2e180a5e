/**
 * The fifteen input intents of the AZTP design, in its order. A ruleset of its own: it flags what the design says it flags,
 * ordinary sentences included, so it is not among the defaults.
 */
export const aztp = `
# aztp T1102
Pattern_000 high 90 = <!-- system:  <!--system:  <!-- system :
Pattern_001 high 90 = <|system|>
Pattern_002 high 90 = [inst]
Pattern_003 high 90 = ### instruction:  ###instruction:
Pattern_004 medium 90 T1402 characters invisible
Pattern_005 medium 90 T1402 characters private-use
Pattern_006 medium 90 T1402 characters bidi
Pattern_007 high 90 (prompt|prompts) 60 (injection|injections)
Pattern_008 high 90 (ignore|ignores|ignoring) 60 previous
Pattern_009 high 90 (system) 60 (override|overrides|overriding)
Pattern_010 high 90 (jailbreak*)
Pattern_011 high 90 (developer) 30 (mode)
Pattern_012 medium 90 (forget*) 60 (context)
Pattern_013 medium 90 (new) 30 (conversation)
Pattern_014 medium 90 (role|roles) 30 (play|playing|plays)
`
