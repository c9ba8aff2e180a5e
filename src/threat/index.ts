export {
  analyzeRequestChain,
  aztpThreats,
  type ComponentIdentity,
  createThreatAnalyzer,
  type MitigationAction,
  type RequestChain,
  type ThreatAnalysis,
  type ThreatAnalyzer,
  type ThreatIntelligence,
  type ThreatLevel,
  type ThreatOptions,
} from './analysis.ts'
export type { Sequence, SequenceMatch } from './sequence.ts'
