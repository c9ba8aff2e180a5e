import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const packages = fileURLToPath(new URL('../node_modules/', import.meta.url))

/** The first of these files of the packages in `test/runtime` that exists. */
export function installed(...paths) {
  return paths.map((path) => packages + path).find((path) => existsSync(path))
}

/** A Node of this major version: the one that came with the packages, or the one that runs this. */
export function nodeOf(major) {
  const own = Number(process.versions.node.split('.')[0]) === major ? process.execPath : undefined
  return own ?? installed(`node${major}-${process.platform}-${process.arch}/bin/node`)
}

const running = new Set()

function stopAll() {
  for (const child of running) child.kill('SIGKILL')
}
process.on('exit', stopAll)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/**
 * Starts a command which ends at the latest when this process does.
 * What it prints is kept. With `control` the child has a fourth channel to tell things on.
 */
export function start(command, args, { cwd = root, env = {}, timeoutMs = 120_000, control = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe', ...(control ? ['pipe'] : [])],
  })
  running.add(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
  child.stdin.on('error', () => undefined)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, out, err }))
  }).finally(() => {
    clearTimeout(timer)
    running.delete(child)
  })
  ended.catch(() => undefined)
  return { child, ended, printed: () => ({ out, err }) }
}

/** Runs a command to its end. */
export function run(command, args, options) {
  const { child, ended } = start(command, args, options)
  child.stdin.end()
  return ended
}

/** Starts a server which says where it listens on its first line. */
export async function startServer(command, args, options) {
  const { child, ended, printed } = start(command, args, options)
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const { out } = printed()
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')))
    })
    ended.then(({ code, err }) => reject(new Error(`the server ended with ${code}: ${err}`)), reject)
  })
  return {
    url,
    async stop() {
      child.stdin.end()
      const late = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Runs tasks, so many at a time, and gives back their results in order. */
export async function inParallel(limit, tasks) {
  const results = []
  let next = 0
  const worker = async () => {
    while (next < tasks.length) {
      const i = next++
      results[i] = await tasks[i]()
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}
