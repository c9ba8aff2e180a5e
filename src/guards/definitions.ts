import { checkKeys, checkOneOf } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import type { Mode } from '../core/mode.ts'
import { deny, rewrite, type Verdict } from '../core/verdict.ts'
import { describesServer, inspectDefinitions, withoutItems } from '../definitions/inspect.ts'
import type { PinLock } from '../definitions/lock.ts'
import type { PinSource, Pins, PinVerdict } from '../definitions/pins.ts'
import { isObject, own } from '../lib/json-object.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { listsOf, mayList } from '../mcp/list-shapes.ts'
import { createScanner, type Scanner } from '../scan/scanner.ts'

export interface DefinitionsOptions {
  /** Scan definitions and instructions. Default true. */
  readonly scan?: boolean | undefined
  /** Approved definitions: a lock, or where one is kept (`filePins`, `storePins`). Default: no pinning. */
  readonly pins?: PinLock | PinSource | undefined
  /**
   * What becomes of a tool that is not as it was approved. `block` (default): it vanishes from lists and calls to it are denied.
   * `hold`: the same, and the new definition is put aside in the lock for review. `alert`: it is reported.
   */
  readonly onChange?: 'block' | 'hold' | 'alert' | undefined
  /** How long a lock is used before it is read again, in milliseconds. Default 30,000. */
  readonly refreshMs?: number | undefined
  readonly mode?: Mode | undefined
}

/** What the guard is told by others. */
export interface DefinitionsParts {
  /** Default: one of its own, with the default rules. */
  readonly scanner?: Scanner | undefined
}

/** Protects what a model is told about a server: tool definitions, prompts and resources lists, `instructions`. */
export function definitionsGuard(options: DefinitionsOptions = {}, parts: DefinitionsParts = {}): Guard {
  const raw: unknown = options
  checkKeys(raw, ['scan', 'pins', 'onChange', 'refreshMs', 'mode'], 'definitions')
  const onChange = checkOneOf(options.onChange, ['block', 'hold', 'alert'], 'definitions.onChange', 'block')
  const scanner = options.scan === false ? undefined : (parts.scanner ?? createScanner())
  const pins = lazyPins(options, onChange === 'hold')

  function scanned(message: Message, value: unknown, ctx: GuardContext): unknown {
    if (scanner === undefined) return value
    const { kind, direction, method, mediaType } = message
    const inspection = inspectDefinitions({ kind, direction, method, mediaType, text: '', value }, scanner, options.mode ?? ctx.mode)
    for (const finding of inspection.findings) ctx.report(finding)
    return withoutItems(inspection.value, inspection.withheld)
  }

  /** The value without tools that are not as they were approved. */
  async function pinned(message: Message, ctx: GuardContext, known: Pins): Promise<unknown> {
    const tools = listsOf(message).find(({ shape }) => shape.list === 'tools')?.items
    if (tools === undefined) return message.value
    const verdicts = await known.judge(tools)
    const withheld = new Set<number>()
    for (const [i, verdict] of verdicts.entries()) {
      if (verdict === 'approved') continue
      ctx.report({ rule: `definition/${verdict}`, severity: 'high', technique: 'T1201', pointer: `/result/tools/${i}` })
      if (onChange !== 'alert') withheld.add(i)
    }
    return withoutItems(message.value, withheld.size === 0 ? new Map() : new Map([['tools', withheld]]))
  }

  return defineGuard({
    name: 'definitions',
    mode: options.mode,
    needs: { replies: true },
    onMessage(message, ctx): MaybePromise<Verdict | void> {
      if (pins === undefined || onChange === 'alert' || message.kind === 'plain' || own(message.value, 'method') !== 'tools/call') return
      const name = own(own(message.value, 'params'), 'name')
      return typeof name === 'string' ? pins().then(async (known) => refuse(await known.callable(name), ctx)) : undefined
    },
    glance: mayList,
    skims: true,
    onReply(message, ctx): MaybePromise<Verdict | void> {
      if (message.kind !== 'response' || !describesServer(message)) return
      const finish = (value: unknown) => {
        const done = scanned(message, value, ctx)
        return done === message.value ? undefined : rewrite(done)
      }
      return pins === undefined ? finish(message.value) : pins().then(async (known) => finish(await pinned(message, ctx, known)))
    },
  })
}

function refuse(verdict: PinVerdict, ctx: GuardContext): Verdict | undefined {
  if (verdict === 'approved') return undefined
  ctx.report({
    rule: `definition/${verdict}`,
    severity: verdict === 'unreadable' ? 'critical' : 'high',
    technique: 'T1201',
    pointer: '/params/name',
  })
  return deny('definition_changed', { reason: `the definition is ${verdict}` })
}

/** Pinning is loaded when somebody pins: most servers do not, and edge bundles are small. */
function lazyPins({ pins, refreshMs }: DefinitionsOptions, hold: boolean): (() => Promise<Pins>) | undefined {
  if (pins === undefined) return undefined
  const isSource = typeof (pins as Partial<PinSource>).read === 'function'
  if (!isSource && (own(pins, 'version') !== 1 || !isObject(own(pins, 'tools')))) {
    const message = 'must be a lock, or a source of one such as filePins() or storePins().'
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'definitions.pins', message })
  }
  let loading: Promise<Pins> | undefined
  return () =>
    (loading ??= import('../definitions/pins.ts').then(
      (it) => new it.Pins({ source: isSource ? (pins as PinSource) : it.fixedPins(pins as PinLock), hold, refreshMs }),
    ))
}
