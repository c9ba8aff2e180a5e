import type { Sequence } from './sequence.ts'

/** The five input threats of the AZTP design, as word sequences. */
export const inputThreats: readonly Sequence[] = [
  {
    name: 'prompt_injection',
    steps: [
      ['ignore', 'ignoring', 'forget', 'forgetting', 'override', 'overriding', 'disregard'],
      ['previous', 'prior', 'preceding', 'earlier'],
      ['instruction*', 'prompt', 'prompts', 'directive*', 'rules', 'guidelines', 'context'],
    ],
    maxGap: 3,
  },
  {
    name: 'system_manipulation',
    steps: [
      ['you are', 'youre', 'act as', 'acting as', 'pretend to be', 'pretend you are'],
      ['system', 'systems'],
    ],
    maxGap: 8,
  },
  { name: 'context_reset', steps: [['new', 'fresh', 'reset'], ['conversation*']], maxGap: 4 },
  { name: 'role_manipulation', steps: [['admin', 'administrator', 'root', 'developer', 'superuser'], ['mode']], maxGap: 3 },
  {
    name: 'encoding_attack',
    steps: [
      ['base64', 'hex', 'hexadecimal', 'unicode'],
      ['decode*', 'decoding'],
    ],
    maxGap: 6,
  },
]
