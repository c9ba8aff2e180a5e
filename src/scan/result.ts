import type { Finding } from '../core/finding.ts'

/** What a scan says of a text. */
export interface ScanResult {
  readonly flagged: boolean
  /** 0 to 1. It grows with the evidence; where it flags depends on slot and sensitivity. */
  readonly score: number
  /** What the verdict rests on, and hidden characters in any case. Empty for clean text. */
  readonly findings: readonly Finding[]
}

/**
 * Whether a text may not go on as it stands: it is flagged, or it hides a text of its own from whoever looks at it. Hidden characters that
 * ordinary texts have are of lower severity.
 */
export function mustChange({ flagged, findings }: ScanResult): boolean {
  return flagged || findings.some(({ severity }) => severity === 'high' || severity === 'critical')
}
