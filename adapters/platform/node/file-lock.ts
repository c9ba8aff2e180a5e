import { randomUUID } from 'node:crypto'
import { open, readFile, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const staleMs = 120_000
const beatMs = 30_000

/** Locks this process holds: after a restart in a container, the old process had the same number as the new one. */
const held = new Set<string>()

/** A file that says which process writes another file. */
export interface FileLock {
  release(): Promise<void>
}

/** Takes the lock, also from a process that is gone; undefined while another one lives. */
export async function takeLock(path: string): Promise<FileLock | undefined> {
  if (held.has(path)) return undefined
  const token = `${hostname()} ${process.pid} ${randomUUID()}`
  held.add(path)
  try {
    if ((await create(path, token)) || ((await abandoned(path)) && (await takeOver(path, token)))) return beat(path, token)
  } catch (error) {
    held.delete(path)
    throw error
  }
  held.delete(path)
  return undefined
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(token)
    await file.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function abandoned(path: string): Promise<boolean> {
  const [text, facts] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)])
  if (facts === undefined) return true
  if (Date.now() - facts.mtimeMs > staleMs) return true
  const [host, pid] = text.split(' ')
  if (host !== hostname()) return false
  return Number(pid) === process.pid || !isAlive(Number(pid))
}

/** Two processes may find the same lock abandoned: whoever's mark stands after a moment has it. */
async function takeOver(path: string, token: string): Promise<boolean> {
  await unlink(path).catch(() => {})
  if (!(await create(path, token))) return false
  await sleep(50)
  return (await readFile(path, 'utf8').catch(() => '')) === token
}

function beat(path: string, token: string): FileLock {
  const timer = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, beatMs)
  timer.unref()
  return {
    async release() {
      clearInterval(timer)
      held.delete(path)
      if ((await readFile(path, 'utf8').catch(() => '')) === token) await unlink(path).catch(() => {})
    },
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
