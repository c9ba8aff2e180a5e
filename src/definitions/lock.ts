import { SafeMcpConfigError } from '../core/config-error.ts'
import { canonicalHash } from '../lib/canonical-json.ts'
import { isObject, own } from '../lib/json-object.ts'

/** The approved tool definitions of a server. Plain JSON, made to be reviewed in a pull request. */
export interface PinLock {
  readonly version: 1
  /** True: a tool that is not in the lock is as suspect as a changed one. False: tools are pinned when first seen. */
  readonly complete: boolean
  /** Name to hash of the definition (RFC 8785 text, SHA-256): `sha256:` and 64 hex digits. */
  readonly tools: Readonly<Record<string, string>>
  /** Hash of the server's `instructions`. Absent: not pinned. */
  readonly instructions?: string | undefined
  /** Changed definitions that wait for review: name to the hash seen last. */
  readonly held?: Readonly<Record<string, string>> | undefined
}

/** What differs between a lock and what a server shows now. */
export interface LockDifference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

const hash = /^sha256:[0-9a-f]{64}$/

/** Hash of one definition, all members included: annotations and schemas are what a model acts on. */
export function hashDefinition(definition: unknown): Promise<string> {
  return canonicalHash(definition)
}

/** Pins every tool of a complete list. */
export async function createLock(tools: readonly unknown[], instructions?: string): Promise<PinLock> {
  const pinned: Record<string, string> = Object.create(null)
  for (const tool of tools) {
    const name = own(tool, 'name')
    if (typeof name !== 'string' || name === '') throw new TypeError('a tool has no name')
    if (name in pinned) throw new TypeError('two tools have the same name')
    pinned[name] = await hashDefinition(tool)
  }
  return {
    version: 1,
    complete: true,
    tools: pinned,
    instructions: instructions === undefined ? undefined : await canonicalHash(instructions),
  }
}

/** Compares a lock with the complete list of tools. */
export async function diffLock(lock: PinLock, tools: readonly unknown[]): Promise<LockDifference> {
  const now = (await createLock(tools)).tools
  const names = Object.keys(now)
  return {
    added: names.filter((name) => !Object.hasOwn(lock.tools, name)),
    changed: names.filter((name) => Object.hasOwn(lock.tools, name) && lock.tools[name] !== now[name]),
    removed: Object.keys(lock.tools).filter((name) => !(name in now)),
  }
}

/** Reads a lock. Anything but a whole valid lock throws: half a lock must not pass for a short one. */
export function parseLock(source: unknown): PinLock {
  const lock = typeof source === 'string' ? readJson(source) : source
  if (!isObject(lock) || own(lock, 'version') !== 1) throw fault('version', 'must be 1')
  if (typeof own(lock, 'complete') !== 'boolean') throw fault('complete', 'must be true or false')
  const instructions = own(lock, 'instructions')
  if (instructions !== undefined && !isHash(instructions)) throw fault('instructions', 'must be a hash')
  return {
    version: 1,
    complete: own(lock, 'complete') as boolean,
    tools: hashes(own(lock, 'tools'), 'tools'),
    instructions: instructions as string | undefined,
    held: own(lock, 'held') === undefined ? undefined : hashes(own(lock, 'held'), 'held'),
  }
}

/** The text of a lock: sorted and indented, so that reviews show only what changed. */
export function formatLock(lock: PinLock): string {
  const sorted = (map: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
  const { version, complete, instructions, held } = lock
  const empty = held === undefined || Object.keys(held).length === 0
  return `${JSON.stringify({ version, complete, tools: sorted(lock.tools), instructions, held: empty ? undefined : sorted(held) }, null, 2)}\n`
}

function hashes(value: unknown, path: string): Record<string, string> {
  if (!isObject(value)) throw fault(path, 'must be an object from tool name to hash')
  const map: Record<string, string> = Object.create(null)
  for (const [name, one] of Object.entries(value)) {
    if (!isHash(one)) throw fault(`${path}.${name}`, 'must be a hash')
    map[name] = one
  }
  return map
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && hash.test(value)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fault('', 'The lock is not JSON')
  }
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_lock', path, message: `${message}.` })
}
