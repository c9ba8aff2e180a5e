import type { Kind } from '../kind.ts'
import { basicCredentials } from './basic.ts'
import { azureSecret, connectionString, jwt, privateKey } from './credentials.ts'
import { email } from './email.ts'
import { iban } from './iban.ts'
import { exfiltration } from './links.ts'
import { card, ssn } from './number.ts'
import { phone } from './phone.ts'
import { dataUrl, evalCall, javascriptUrl, script, template, variable } from './risks.ts'
import { commonSecretKinds } from './secrets.ts'

/** The base set. Order decides between kinds whose triggers end at the same character. */
export const baseKinds: readonly Kind[] = [
  privateKey,
  jwt,
  connectionString,
  azureSecret,
  basicCredentials,
  ...commonSecretKinds,
  script,
  javascriptUrl,
  dataUrl,
  evalCall,
  template,
  variable,
  exfiltration,
  email,
  ssn,
  card,
  iban,
  phone,
]
