import { cases } from './cases.ts'
import { report } from './check.ts'

// workerd: the Worker runs the cases inside itself and answers with the report.
export default { fetch: async (): Promise<Response> => Response.json(await report(cases)) }
