/** One thing that must hold on every runtime. It throws when it does not. */
export interface Case {
  readonly name: string
  run(): void | Promise<void>
}

export interface Report {
  /** What Node would bring along; a Worker without compatibility flags has none of it. */
  readonly node: boolean
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly error: string }[]
}

/** Fails unless both are the same as JSON. No assertion library: this runs inside a Worker. */
export function same(actual: unknown, expected: unknown, what = 'value'): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`)
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}

/** Runs the cases one after the other, each within 15 s. */
export async function report(cases: readonly Case[]): Promise<Report> {
  const failures: { name: string; error: string }[] = []
  for (const { name, run } of cases) {
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('not done within 15 s')), 15_000)
      })
      await Promise.race([run(), late])
    } catch (error) {
      failures.push({
        name,
        error: error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : String(error),
      })
    } finally {
      clearTimeout(timer)
    }
  }
  const node = typeof (globalThis as { process?: unknown }).process === 'object'
  return { node, passed: cases.length - failures.length, failures }
}
