import type { PolicyDecisionPoint, PolicyRequest } from '../policy/pdp.ts'
import { assert, assertEqual, type ConformanceCase, conformanceCase } from './conformance.ts'
import { hostileValues } from './hostile.ts'

export interface PdpConformanceOptions {
  readonly pdp: () => PolicyDecisionPoint
  /** Questions that must be answered with yes. */
  readonly allowed: readonly PolicyRequest[]
  /** Questions that must be answered with no. */
  readonly denied: readonly PolicyRequest[]
}

/** What every `PolicyDecisionPoint` must do. */
export function pdpConformance(options: PdpConformanceOptions): ConformanceCase[] {
  const { allowed, denied } = options
  return [
    conformanceCase('it has a name', () => {
      const { name } = options.pdp()
      assert(typeof name === 'string' && name !== '', 'name must be a string that is not empty')
    }),
    conformanceCase('yes and no are said where they must be, with a reason', async () => {
      const pdp = options.pdp()
      for (const [questions, expected] of [
        [allowed, true],
        [denied, false],
      ] as const) {
        for (const question of questions) {
          const { decision, reason } = await pdp.evaluate(question)
          assertEqual(decision, expected, `${question.action.name} ${question.resource.id}`)
          assert(typeof reason === 'string', 'a decision needs a reason')
        }
      }
    }),
    conformanceCase('the same question gets the same answer', async () => {
      const pdp = options.pdp()
      for (const question of [...allowed, ...denied]) {
        const answers = [await pdp.evaluate(question), await pdp.evaluate(structuredCloneOf(question))]
        assertEqual(answers[0]?.decision, answers[1]?.decision, question.resource.id)
      }
    }),
    conformanceCase('names are compared exactly: no other spelling of an allowed name is allowed by it', async () => {
      const pdp = options.pdp()
      for (const question of allowed) {
        const { id } = question.resource
        for (const other of [`${id}\u0000`, `${id}\u200b`, ` ${id}`, `${id}\n`, `\uff41${id.slice(1)}`]) {
          const { decision } = await pdp.evaluate({ ...question, resource: { ...question.resource, id: other } })
          assertEqual(decision, false, JSON.stringify(other))
        }
      }
    }),
    conformanceCase('names of the prototype are names like others', async () => {
      const pdp = options.pdp()
      const [question] = denied
      if (question === undefined) return
      for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        const { decision } = await pdp.evaluate({ ...question, resource: { ...question.resource, id } })
        assertEqual(decision, false, id)
      }
    }),
    conformanceCase('odd arguments neither throw nor open what was closed', async () => {
      const pdp = options.pdp()
      for (const question of denied) {
        for (const value of hostileValues()) {
          const { decision } = await pdp.evaluate({ ...question, context: { ...question.context, arguments: { value } } })
          assertEqual(decision, false, question.resource.id)
        }
      }
    }),
  ]
}

/** A copy that shares nothing, so that an answer cannot hang on which object was asked with. */
function structuredCloneOf(question: PolicyRequest): PolicyRequest {
  const { signal: _, ...context } = question.context
  return structuredClone({ ...question, context })
}
