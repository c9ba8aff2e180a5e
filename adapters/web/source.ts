import type { ExchangeSource } from '../../src/core/exchange.ts'
import { type SafeMcpInput, toSource } from '../mount.ts'
import { isPerRequest } from './platform.ts'

export { checkGuards, missingCall, mountedTwice, type SafeMcpInput } from '../mount.ts'

/** What `safeMcp()` takes, for environments that arrive with each request (Cloudflare's `env`). Called once per environment object. */
export type SafeMcpFactory<Env = any> = (env: Env) => SafeMcpInput

/** Gives the exchange source for an environment; options are checked now, a factory's when its environment first arrives. */
export function sourcesOf(input: SafeMcpInput | SafeMcpFactory): (env: unknown) => ExchangeSource {
  if (typeof input !== 'function') {
    const source = toSource(input)
    return () => source
  }
  const built = new WeakMap<object, ExchangeSource>()
  return (env) => {
    // What a platform makes anew for each request is no environment: state built on it would be forgotten with the request.
    const key = typeof env === 'object' && env !== null && !isPerRequest(env) ? env : built
    let source = built.get(key)
    if (source === undefined) {
      source = toSource(input(env))
      built.set(key, source)
    }
    return source
  }
}
