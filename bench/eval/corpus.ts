import { readFileSync } from 'node:fs'
import type { SlotKind } from '../../src/core/finding.ts'
import { walkStrings } from '../../src/scan/index.ts'
import { isSynthetic, type Row } from '../train/data.ts'

/**
 * Sources whose misses and false alarms were not printed while rules were written. The rest served for tuning, so their figures flatter
 * the rules.
 */
const setAside =
  /garak:inthewild|spikee|Giskard|FuzzyAI|aliakarma|ogulcan|deepset\/.*:test|undici|rekor|better-auth|github-mcp-server|18F\/handbook|Sherlock|LAION|FastChat|deepteam|open-telemetry/

export function isSetAside(source: string): boolean {
  return setAside.test(source)
}

/** The slot a text of that kind travels in. */
export function slotOf(row: Row): SlotKind {
  const { kind } = row
  if (kind === 'tool-description') return 'tool-definition'
  if (kind === 'indirect' || kind === 'tool-output') return 'tool-result'
  if (kind === 'benign-doc' || kind === 'benign-code') return 'resource'
  // Sentences with trigger words are what people type; the agent files among the hard negatives are what tools read.
  return kind === 'hard-negative' && !isSynthetic(row) ? 'resource' : 'prompt'
}

/** What a text is evidence for. */
export function groupOf(row: Row): string {
  const { kind, label } = row
  if (label === 1)
    return (
      { direct: 'attacks, direct', jailbreak: 'attacks, jailbreaks', indirect: 'attacks, overt orders in tool traffic' }[kind] ?? poisoned
    )
  // Written to be mistaken for attacks.
  if (isSynthetic(row)) return 'harmless, synthetic with trigger words'
  if (kind === 'benign-chat') return 'harmless, chat'
  return kind === 'hard-negative' ? 'harmless, texts about attacks' : 'harmless, tool traffic'
}

const poisoned = 'attacks, poisoned tool definitions'

/** A case of the SAFE-MCP catalogue that a look at one message can decide. */
export interface CatalogueCase {
  readonly id: string
  readonly kind: keyof typeof slotOfCase
  readonly text?: string
  readonly message?: unknown
  readonly expected: 'malicious' | 'benign'
  readonly scope: 'core' | 'stretch'
  readonly contested?: boolean
}

export const slotOfCase = { input: 'prompt', output: 'tool-result', 'tool-definition': 'tool-definition' } as const

export function readCatalogue(file: URL): readonly CatalogueCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CatalogueCase)
    .filter(({ contested }) => contested !== true)
}

/** Every string of a case. */
export function textsOf({ text, message }: CatalogueCase): readonly string[] {
  if (text !== undefined) return [text]
  const found: string[] = []
  walkStrings(message, (leaf) => void found.push(leaf.text))
  return found
}
