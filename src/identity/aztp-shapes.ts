import * as z from 'zod/mini'

const text = z.string().check(z.minLength(1), z.maxLength(2048))
const optionalText = z.catch(z.optional(text), undefined)
const record = z.object({
  aztpId: text,
  name: optionalText,
  status: text,
  identityType: optionalText,
  environment: optionalText,
  parentIdentity: optionalText,
  isGlobalIdentity: z.catch(z.optional(z.boolean()), undefined),
  createdAt: optionalText,
  updatedAt: optionalText,
  workloadInfo: z.catch(z.optional(z.object({ trustDomain: optionalText })), undefined),
})

/** What the service sends, as far as we rely on it. Members we do not know are left alone. */
export const shapes = {
  record,
  records: z.array(record),
  issued: z.object({ aztpId: text, valid: z.optional(z.boolean()), workloadInfo: z.object({ workloadId: text }) }),
  valid: z.object({ valid: z.boolean() }),
  id: z.object({ _id: text }),
  link: z.object({ _id: text, sourceIdentity: text, targetIdentity: text, relationshipType: z.enum(['linked', 'parent']) }),
  user: z.object({
    success: z.literal(true),
    valid: z.literal(true),
    user: z.object({ sub: text, agent: optionalText, provider: optionalText }),
  }),
  tools: z.object({
    version: z.union([text, z.number()]),
    mcp_url: text,
    tools: z.object({ allowed_tools: z.array(text), denied_tools: z.array(text) }),
  }),
  list: z.array(z.unknown()),
  members: z.record(z.string(), z.unknown()),
} as const

export type Shapes = { readonly [Name in keyof typeof shapes]: z.output<(typeof shapes)[Name]> }
