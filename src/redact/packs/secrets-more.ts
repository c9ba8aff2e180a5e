import { moreSecrets } from '../../rules/secrets-more.ts'
import type { Kind } from '../kind.ts'
import { secretKind } from '../kinds/secrets.ts'
import { markedSecrets } from './marked-secrets.ts'

/** Keys of further issuers: with the base set, more than ninety. */
export const secretsMore: readonly Kind[] = [...moreSecrets.map((row) => secretKind(row, 'safe-mcp/redact/secrets-more')), ...markedSecrets]
