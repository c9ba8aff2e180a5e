import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { AuditEvent, ChainHead, Sink } from '../../../src/audit/index.ts'
import { SafeMcpConfigError } from '../../../src/core/config-error.ts'
import { readEnd, readFirstSeq, rotatedFiles, rotatedName } from './audit-files.ts'
import { type FileLock, takeLock } from './file-lock.ts'

export interface FileSinkOptions {
  /** The log, JSON Lines. A second process on the same path writes `audit.2.jsonl`, a third `audit.3.jsonl`: chains are never mixed. */
  readonly path: string
  /** A file that grows past this is set aside as `audit.jsonl.000000000001` (the number of its first event). Default 67,108,864: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Files set aside that are kept; older ones are deleted. Default: all are kept. */
  readonly maxFiles?: number | undefined
  /** Wait until the disk has each batch: nothing that was flushed is lost even when the machine stops. Default false. */
  readonly sync?: boolean | undefined
}

/** An audit sink that appends to a file. */
export interface FileSink extends Sink {
  /** The path that is written, once the first event was. */
  readonly path: string | undefined
}

const maxSlots = 64

/**
 * Appends audit events to a file, readable by its owner alone. The chain goes on over rotation and restart; what a crash left of an
 * unfinished line stays, and is accounted for by the next event.
 */
export function fileSink(options: FileSinkOptions): FileSink {
  const { maxBytes = 67_108_864, maxFiles = Number.POSITIVE_INFINITY, sync = false } = options
  if (typeof options.path !== 'string' || options.path === '') {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'fileSink.path', message: 'must be a path.' })
  }
  if (!(maxBytes >= 1024) || !(maxFiles >= 1)) {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'fileSink',
      message: 'maxBytes must be at least 1024 and maxFiles at least 1.',
    })
  }
  let path: string | undefined
  let lock: FileLock | undefined
  let file: FileHandle | undefined
  /** Bytes of whole batches: where a failed write is cut back to. */
  let size = 0
  let firstSeq: number | undefined
  /** The next write must first end the line that a crash left open. */
  let unterminated = false

  async function claim(): Promise<string> {
    await mkdir(dirname(options.path), { recursive: true })
    for (let slot = 1; slot <= maxSlots; slot++) {
      const candidate = slot === 1 ? options.path : inSlot(options.path, slot)
      if (await isSpecial(candidate)) return candidate
      lock = await takeLock(`${candidate}.lock`)
      if (lock !== undefined) return candidate
    }
    throw new Error('Every file of this log is being written by another process.')
  }

  async function openFile(): Promise<FileHandle> {
    if (file !== undefined) return file
    path ??= await claim()
    file = await open(path, 'a+', 0o600)
    const facts = await file.stat()
    size = facts.isFile() ? facts.size : 0
    firstSeq = size === 0 ? undefined : await readFirstSeq(file)
    return file
  }

  async function endOfNewestRotated(): Promise<ChainHead | undefined> {
    const newest = (await rotatedFiles(path as string)).at(-1)
    if (newest === undefined) return undefined
    const rotated = await open(newest, 'r')
    try {
      return (await readEnd(rotated)).head
    } finally {
      await rotated.close()
    }
  }

  /** Sets the file aside and lets go of what is older than `maxFiles`. */
  async function setAside(name: string): Promise<void> {
    await file?.close()
    file = undefined
    await rename(path as string, name)
    const rotated = await rotatedFiles(path as string)
    for (const old of rotated.slice(0, Math.max(0, rotated.length - maxFiles))) await unlink(old)
  }

  return {
    name: 'file',
    get path() {
      return path
    },
    async resume() {
      const current = await openFile()
      if (size === 0) return endOfNewestRotated()
      const { head, broken, unterminated: cut } = await readEnd(current)
      if (broken) {
        // Not ours, or changed: it is kept for whoever investigates, and never continued.
        await setAside(`${path}.broken-${Date.now()}`)
        return undefined
      }
      unterminated = cut
      return head
    },
    write(event, line) {
      return this.writeMany?.([event], [line])
    },
    async writeMany(events, lines) {
      let target = await openFile()
      if (size > 0 && size >= maxBytes && firstSeq !== undefined) {
        await setAside(rotatedName(path as string, firstSeq))
        target = await openFile()
      }
      const bytes = Buffer.from(`${unterminated ? '\n' : ''}${lines.join('\n')}\n`)
      await append(target, bytes, size)
      if (sync) await target.datasync()
      size += bytes.length
      unterminated = false
      firstSeq ??= (events[0] as AuditEvent).seq
    },
    async flush() {
      if (file !== undefined) await file.datasync().catch(() => {})
    },
    async close() {
      await file?.close()
      file = undefined
      await lock?.release()
    },
  }
}

/** Writes all of it, or cuts the file back to where it was: a disk that fills up must not leave half a batch behind. */
async function append(file: FileHandle, bytes: Buffer, from: number): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
  } catch (error) {
    if ((await file.stat()).isFile()) await file.truncate(from).catch(() => {})
    throw error
  }
}

/** Devices and pipes have no other slots and no lock. */
async function isSpecial(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined)
  return facts !== undefined && !facts.isFile()
}

function inSlot(path: string, slot: number): string {
  const extension = extname(path)
  return `${path.slice(0, path.length - extension.length)}.${slot}${extension}`
}
