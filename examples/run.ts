import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Every folder with an index.ts is an example; each ends with 0 only if all it promised held.
const here = fileURLToPath(new URL('.', import.meta.url))
const examples = readdirSync(here).filter((name) => existsSync(`${here}${name}/index.ts`))
const broken = examples.filter(
  (name) => spawnSync(process.execPath, ['--import', 'tsx', `${here}${name}/index.ts`], { stdio: 'inherit' }).status !== 0,
)

console.log(
  `\n${examples.length - broken.length} of ${examples.length} examples kept their promises${broken.length === 0 ? '.' : `; broken: ${broken.join(', ')}`}`,
)
if (broken.length > 0) process.exitCode = 1
