import { SafeMcpConfigError } from '../src/core/config-error.ts'
import type { ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import type { SafeMcpOptions } from '../src/options.ts'
import { createSafeMcp, type Platform } from '../src/safe-mcp.ts'

/** What `safeMcp()` takes: options, or what `createSafeMcp(options)` made of them. */
export type SafeMcpInput = SafeMcpOptions | ExchangeSource

/** The exchange source behind what `safeMcp()` was given; options are checked here. */
export function toSource(input: SafeMcpInput, platform?: Platform): ExchangeSource {
  const ready = typeof input === 'object' && input !== null && 'open' in input
  return ready ? input : createSafeMcp(input, platform)
}

/** `app.use(safeMcp)`: the framework hands its own arguments to what should have been called first. */
export function missingCall(name: string, example: string): SafeMcpConfigError {
  return new SafeMcpConfigError({
    code: 'missing_call',
    path: '',
    message: `${name} was mounted without calling it.`,
    suggestion: `Write ${example}.`,
  })
}

export function mountedTwice(): SafeMcpConfigError {
  return new SafeMcpConfigError({
    code: 'mounted_twice',
    path: '',
    message: 'safeMcp() is mounted twice on this route, or below one of its own guards.',
    suggestion: 'Mount it once, before every guard(...), and refine routes with guard(...).',
  })
}

/** Refuses what cannot be a guard while the app is being put together. */
export function checkGuards(guards: readonly unknown[]): asserts guards is readonly Guard[] {
  guards.forEach((guard, i) => {
    if (typeof guard === 'object' && guard !== null && typeof (guard as Guard).name === 'string') return
    const called = typeof guard === 'function' ? 'Did you forget to call it, as in guard(inputGuard())?' : undefined
    throw new SafeMcpConfigError({ code: 'invalid_option', path: `guard[${i}]`, message: 'is not a guard.', suggestion: called })
  })
}
