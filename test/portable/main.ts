import { cases } from './cases.ts'
import { report } from './check.ts'

// Node, Bun and Deno: the report goes to standard output, as one line.
report(cases).then((result) => console.log(JSON.stringify(result)))
