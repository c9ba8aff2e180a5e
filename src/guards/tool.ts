import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import type { Mode } from '../core/mode.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { identityRequired } from '../identity/challenge.ts'
import { isObject } from '../lib/json-object.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { judge, type OuterPolicy, outerPolicy } from '../policy/judge.ts'
import { filterList } from '../policy/list-filter.ts'
import { type Operation, operationsOf } from '../policy/operations.ts'
import type { PolicyDecisionPoint } from '../policy/pdp.ts'
import { createToolPolicy, type ToolPolicyOptions } from '../policy/tool-policy.ts'

/**
 * The tool a route is, or how to read it from a message (whose value is `{}` where there is no body). Undefined means the message is no
 * tool call; what is neither that nor a name is refused, and so is a message on which the function throws.
 */
export type ToolName = string | ((message: Message, ctx: GuardContext) => string | undefined)

export interface ToolOptions extends ToolPolicyOptions {
  readonly tool?: ToolName | undefined
  readonly mode?: Mode | undefined
}

/**
 * Makes a route a tool: `app.post('/search', guard(toolGuard('web_search')), search)`.
 *
 * The policy of an outer `safeMcp({ tools })` applies to the named tool, and so does the policy given here; both must allow. With
 * neither the caller needs an identity. Arguments are the members of the JSON or form body, or of the query where there is no body.
 *
 * On an MCP route a name means that only this tool may be called there; options without a name apply to every call.
 */
export function toolGuard(tool: ToolName | ToolOptions, more: ToolPolicyOptions = {}): Guard {
  const options: ToolOptions = typeof tool === 'object' ? { ...tool, ...more } : { ...more, tool }
  const named = options.tool
  checkName(named)
  const constant = typeof named === 'string' ? named : undefined
  const inner = hasPolicy(options) ? createToolPolicy(options, 'toolGuard') : undefined

  function ask(
    operations: readonly Operation[],
    message: Message | undefined,
    ctx: GuardContext,
    outer = outerPolicy(ctx),
  ): MaybePromise<Verdict | void> {
    if (operations.length === 0) return
    if (outer === undefined && inner === undefined) return ctx.principal === undefined ? identityRequired(ctx) : undefined
    const first =
      outer === undefined ? undefined : andThen(judge(outer.policy, operations, message, ctx), (verdict) => orNote(verdict, outer, ctx))
    return andThen(first, (verdict) => verdict ?? (inner === undefined ? undefined : judge(inner, operations, message, ctx)))
  }

  return defineGuard({
    name: 'tools',
    mode: options.mode,
    needs: { body: 'required', replies: inner !== undefined || constant !== undefined },
    /** A constant tool is judged before the body is read; its arguments once they are there. */
    onRequest(ctx) {
      if (constant !== undefined) return ask([operation(constant, undefined, '')], undefined, ctx)
    },
    onMessage(message, ctx) {
      if (message.kind === 'plain') {
        const body = message.value
        if (body === undefined && ctx.mcp !== undefined) return // a GET or DELETE of an MCP route calls nothing
        if (typeof named === 'function' && body === undefined && isUnreadable(ctx)) return unreadable
        const name = typeof named === 'function' ? nameIn(named, body === undefined ? empty : message, ctx) : constant
        if (name === undefined) return
        if (typeof name === 'object') return name
        if (inner?.checksArguments === true && isUnreadable(ctx)) return unreadable
        return ask([operation(name, isObject(body) ? body : body === undefined ? argumentsOfQuery(ctx) : {}, '')], message, ctx)
      }
      const operations = operationsOf(message)
      if (constant !== undefined && operations.some(({ id }) => id !== constant)) {
        return deny('tool_denied', { reason: 'this route is another tool' })
      }
      const name = typeof named === 'function' ? nameIn(named, message, ctx) : undefined
      if (typeof name === 'object') return name
      if (name !== undefined) return ask([operation(name, operations[0]?.args ?? {}, '/params/arguments')], message, ctx)
      // The outer guard has judged these itself.
      return ask(operations, message, ctx, outerPolicy(ctx) === undefined ? undefined : alreadyAsked)
    },
    onReply(message, ctx) {
      if (message.kind !== 'response') return
      if (constant !== undefined) return filterList(only(constant, inner), message, ctx)
      if (inner !== undefined) return filterList(inner, message, ctx)
    },
  })
}

type Refused = Verdict & { readonly action: 'deny' }

const unreadable: Refused = deny('media_type_unsupported', { reason: 'arguments cannot be read' })
const nameless: Refused = deny('tool_denied', { reason: 'the tool is not named as a tool should be' })

/** A list, an object, a number: a careless handler may still make a name of it. */
function nameIn(read: Exclude<ToolName, string>, message: Message, ctx: GuardContext): string | undefined | Refused {
  try {
    const name: unknown = read(message, ctx) ?? undefined
    return name === undefined || (typeof name === 'string' && name !== '') ? name : nameless
  } catch {
    return nameless
  }
}

const empty: Message = { kind: 'plain', direction: 'inward', mediaType: 'text/plain', text: '', value: {} }

const alreadyAsked: OuterPolicy = {
  policy: { name: 'outer', evaluate: () => ({ decision: true, reason: 'judged by the outer guard' }) },
  watches: false,
}

/** What a route that is one tool shows of lists. */
function only(name: string, inner: PolicyDecisionPoint | undefined): PolicyDecisionPoint {
  return {
    name: 'route',
    evaluate(request) {
      if (request.resource.id !== name) return { decision: false, reason: 'this route is another tool' }
      return inner?.evaluate(request) ?? { decision: true, reason: 'this route is that tool' }
    },
  }
}

/** An outer policy that only watches records what it would have denied. */
function orNote(verdict: Verdict | void, outer: OuterPolicy, ctx: GuardContext): Verdict | void {
  if (verdict === undefined || !outer.watches) return verdict
  if (verdict.action === 'deny') ctx.report({ rule: `policy/would-deny:${verdict.denial.code}`, severity: 'info' })
}

function operation(id: string, args: Operation['args'], pointer: string): Operation {
  return { action: 'tools/call', type: 'tool', id, args, pointer }
}

/** True when the body is something guards do not read: an upload, an image. */
function isUnreadable({ request }: GuardContext): boolean {
  const { method, headers } = request
  const type = headers.get('content-type')
  if (method === 'GET' || method === 'HEAD' || type === undefined || headers.get('content-length') === '0') return false
  return !/json|x-www-form-urlencoded|^text\//i.test(type)
}

function argumentsOfQuery({ request }: GuardContext): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(request.query))
}

function hasPolicy({ tool: _tool, mode: _mode, ...policy }: ToolOptions): boolean {
  return Object.values(policy).some((value) => value !== undefined)
}

function checkName(name: unknown): void {
  if (name === undefined || typeof name === 'function' || (typeof name === 'string' && name !== '')) return
  const message = 'must be the name of a tool, a function that reads it from the message, or options.'
  throw new SafeMcpConfigError({ code: 'invalid_option', path: 'toolGuard', message })
}
