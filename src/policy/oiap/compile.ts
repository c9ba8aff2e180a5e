import { SafeMcpConfigError } from '../../core/config-error.ts'
import { compileGlob } from '../../lib/glob.ts'
import { nearest } from '../../lib/suggest.ts'
import { type ExplainedPolicy, explained } from '../explain.ts'
import { PatternIndex } from '../pattern-index.ts'
import type { PolicyRequest } from '../pdp.ts'
import { type Condition, compileStatements, type Statement, type Truth } from '../statements.ts'
import { compileCondition, type Fail } from './condition.ts'
import type { OiapDocument } from './document.ts'
import { operators } from './operators.ts'

export interface OiapOptions {
  /** Name in reasons and audit. Default: the document's `Id`, or `oiap`. */
  readonly name?: string | undefined
}

const documentKeys = ['Version', 'Id', 'Statement']
const statementKeys = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
  'RequireApproval',
]
const effects = new Map<unknown, Statement['effect']>([
  ['Allow', 'allow'],
  ['Deny', 'deny'],
  ['Audit', 'audit'],
])
/** A method as an action stands for everything it reaches; `Resource` narrows it. */
const methods = new Map([
  ['tools/call', 'tool:*'],
  ['prompts/get', 'prompt:*'],
  ['resources/read', 'resource:*'],
])

/**
 * Compiles an OIAP policy document, or several that hold together, into a decision point.
 *
 * Anything unknown or malformed makes the whole document invalid: a `Deny` with a misspelt operator must not be skipped.
 *
 * @throws SafeMcpConfigError `invalid_policy` with the JSON path of the fault: `Statement[1].Condition.StringEqual`.
 */
export function oiap(documents: OiapDocument | readonly OiapDocument[] | ExplainedPolicy, options: OiapOptions = {}): ExplainedPolicy {
  if (isCompiled(documents)) return documents
  const list: readonly unknown[] = Array.isArray(documents) ? documents : [documents]
  const statements = list.flatMap((document, i) => compileDocument(document, list.length === 1 ? '' : `[${i}]`))
  const id = (list[0] as OiapDocument | undefined)?.Id
  return explained(compileStatements(options.name ?? id ?? 'oiap', statements))
}

function isCompiled(source: unknown): source is ExplainedPolicy {
  return typeof source === 'object' && source !== null && typeof (source as ExplainedPolicy).explain === 'function'
}

function compileDocument(source: unknown, root: string): Statement[] {
  const fail: Fail = (path, message) => {
    const at = root === '' ? path : `${root}${path === '' ? '' : `.${path}`}`
    throw new SafeMcpConfigError({ code: 'invalid_policy', path: at, message: `${message}.`, suggestion: suggestionFor(path) })
  }
  const document = objectOf(source, '', documentKeys, fail)
  const version = document['Version']
  if (typeof version !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(version) || Number.isNaN(Date.parse(version))) {
    fail('Version', 'must be a date such as 2025-05-16')
  }
  if (document['Id'] !== undefined && typeof document['Id'] !== 'string') fail('Id', 'must be a string')
  const given = document['Statement']
  if (given === undefined) fail('Statement', 'is missing')
  if (Array.isArray(given)) return given.map((one, i) => compileStatement(one, `Statement[${i}]`, `${root}Statement[${i}]`, fail))
  return [compileStatement(given, 'Statement', `${root}Statement`, fail)]
}

function compileStatement(source: unknown, path: string, fallbackId: string, fail: Fail): Statement {
  const one = objectOf(source, path, statementKeys, fail)
  const sid = one['Sid']
  if (sid !== undefined && (typeof sid !== 'string' || sid === '')) fail(`${path}.Sid`, 'must be a string')
  const effect = effects.get(one['Effect']) ?? fail(`${path}.Effect`, 'must be Allow, Deny or Audit')
  const strings = (key: string) => stringsOf(one[key], `${path}.${key}`, fail)
  const action = strings('Action')
  const notAction = strings('NotAction')
  if ((action === undefined) === (notAction === undefined)) fail(path, 'needs one of Action and NotAction')
  for (const key of ['Resource', 'Principal']) {
    if (one[key] !== undefined && one[`Not${key}`] !== undefined) fail(path, `cannot have both ${key} and Not${key}`)
  }
  const approval = one['RequireApproval']
  if (approval !== undefined && typeof approval !== 'boolean') fail(`${path}.RequireApproval`, 'must be true or false')
  if (approval === true && effect === 'deny') fail(`${path}.RequireApproval`, 'has no meaning on Deny')

  const condition = compileCondition(one['Condition'], effect === 'deny', `${path}.Condition`, fail)
  const all = [
    resourceTest(strings('Resource'), true),
    resourceTest(strings('NotResource'), false),
    principalTest(strings('Principal'), true),
    principalTest(strings('NotPrincipal'), false),
  ].filter((test) => test !== undefined)
  return {
    id: sid ?? fallbackId,
    effect,
    patterns: (action ?? ['*']).map((pattern) => methods.get(pattern) ?? pattern),
    except: notAction === undefined ? undefined : indexOf(notAction.map((pattern) => methods.get(pattern) ?? pattern)),
    condition: all.length === 0 ? condition : allOf(all, condition),
    approval,
  }
}

type Test = (request: PolicyRequest) => boolean

function allOf(tests: readonly Test[], condition: Condition | undefined): Condition {
  return {
    test: (request): Truth => (tests.every((test) => test(request)) ? (condition === undefined ? true : condition.test(request)) : false),
    trace: (request) => condition?.trace?.(request) ?? [],
  }
}

function resourceTest(patterns: readonly string[] | undefined, wanted: boolean): Test | undefined {
  if (patterns === undefined) return undefined
  const index = indexOf(patterns)
  return ({ resource }) => index.match(resource.type, resource.id).length > 0 === wanted
}

/** By id or AZTP id, which are unique; never by subject, which two issuers may share. Nobody known is no principal. */
function principalTest(patterns: readonly string[] | undefined, wanted: boolean): Test | undefined {
  if (patterns === undefined) return undefined
  const globs = patterns.map(compileGlob)
  return ({ subject }) => {
    if (subject.type === 'anonymous') return !wanted
    const ids = [subject.id, subject.properties['aztp_id']].filter((id) => typeof id === 'string')
    return globs.some((glob) => ids.some(glob)) === wanted
  }
}

function indexOf(patterns: readonly string[]): PatternIndex<true> {
  const index = new PatternIndex<true>()
  for (const pattern of patterns) index.add(pattern, true)
  return index
}

function objectOf(value: unknown, path: string, known: readonly string[], fail: Fail): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'must be an object')
  for (const key of Object.keys(value))
    if (!known.includes(key)) fail(path === '' ? key : `${path}.${key}`, 'is not part of a policy document')
  return value as Record<string, unknown>
}

function stringsOf(value: unknown, path: string, fail: Fail): readonly string[] | undefined {
  if (value === undefined) return undefined
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0) fail(path, 'must not be empty')
  for (const [i, one] of list.entries()) {
    if (typeof one !== 'string' || one === '') fail(Array.isArray(value) ? `${path}[${i}]` : path, 'must be a string that is not empty')
  }
  return list as string[]
}

function suggestionFor(path: string): string | undefined {
  const word = path.slice(path.lastIndexOf('.') + 1)
  const close = nearest(word, [...documentKeys, ...statementKeys, ...operators.keys(), 'Null'])
  return close === undefined || close === word ? undefined : `Did you mean ${close}?`
}
