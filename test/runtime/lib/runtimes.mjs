import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { installed, nodeOf, run, start } from './processes.mjs'

/** How each runtime runs the bundled cases. `find` gives its program; `run` its report. */
export const runtimes = {
  'node 20': onNode(20),
  'node 22': onNode(22),
  'node 24': onNode(24),
  bun: {
    find: () => installed('bun/bin/bun.exe', `@oven/bun-${system()}/bin/bun`),
    run: (program, { main }) => printed(program, [main]),
  },
  deno: {
    find: () => installed(`@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}/deno`),
    // No permission at all: what runs here reads nothing, asks nobody and sees no environment.
    run: (program, { main }) => printed(program, ['run', '--no-prompt', '--no-config', '--no-lock', main]),
  },
  workerd: {
    find: () =>
      installed(
        `@cloudflare/workerd-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch === 'x64' ? 64 : 'arm64'}/bin/workerd`,
      ),
    run: onWorkerd,
  },
}

function onNode(major) {
  return { find: () => nodeOf(major), run: (program, { main }) => printed(program, [main]) }
}

function system() {
  return `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
}

async function printed(program, args) {
  const { code, out, err } = await run(program, args, { cwd: dirname(args.at(-1)), env: { NO_COLOR: '1' }, timeoutMs: 120_000 })
  const line = out.trim().split('\n').at(-1)
  if (code !== 0 || !line?.startsWith('{')) throw new Error(`ended with ${code}: ${err || out}`)
  return JSON.parse(line)
}

/** A Worker without compatibility flags: no Node, no network to anywhere. */
async function onWorkerd(program, { worker }) {
  const config = join(dirname(worker), 'workerd.capnp')
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "cases", worker = (
      modules = [(name = "worker.js", esModule = embed "${basename(worker)}")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "nowhere"
    )),
    (name = "nowhere", network = (allow = []))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "cases")]
);
`,
  )
  const { child, ended, printed } = start(program, ['serve', '--control-fd=3', config], { control: true, timeoutMs: 120_000 })
  try {
    const port = await new Promise((resolve, reject) => {
      let told = ''
      child.stdio[3].setEncoding('utf8').on('data', (text) => {
        told += text
        const match = /"event":"listen","socket":"http","port":(\d+)/.exec(told)
        if (match !== null) resolve(match[1])
      })
      ended.then(({ code, err }) => reject(new Error(`ended with ${code}: ${err}`)), reject)
    })
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(100_000) })
    const text = await response.text()
    if (!response.ok) throw new Error(`answered ${response.status}: ${text} ${printed().err}`)
    const result = JSON.parse(text)
    if (result.node) throw new Error('a Worker without compatibility flags must not have Node')
    return result
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}
