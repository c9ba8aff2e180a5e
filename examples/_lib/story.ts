/** One thing an example promised, and whether it held. */
interface Promise_ {
  readonly what: string
  readonly held: boolean
}

/** Tells what happens in an example, and keeps count of what it promised. */
export interface Story {
  scene(title: string): void
  /** `sent`, `handler saw`, `client got`: one line of what happened. */
  tell(who: string, what: unknown): void
  /** A promise of the example. It is printed, and a broken one fails the run. */
  expect(what: string, held: boolean): void
  /** Prints the count; the process ends with 0 only if every promise held. */
  end(): boolean
}

const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)

export function createStory(title: string): Story {
  const promises: Promise_[] = []
  console.log(`\n${paint(1, title)}\n${'='.repeat(title.length)}`)
  return {
    scene(name) {
      console.log(`\n${paint(36, `- ${name}`)}`)
    },
    tell(who, what) {
      const text = typeof what === 'string' ? what : JSON.stringify(what)
      console.log(`    ${who.padEnd(12)} ${text}`)
    },
    expect(what, held) {
      promises.push({ what, held })
      console.log(`    ${held ? paint(32, 'ok') : paint(31, 'BROKEN')} ${what}`)
    },
    end() {
      const broken = promises.filter((promise) => !promise.held)
      console.log(`\n${promises.length - broken.length} of ${promises.length} promises held.`)
      for (const { what } of broken) console.log(paint(31, `broken: ${what}`))
      if (broken.length > 0) process.exitCode = 1
      return broken.length === 0
    },
  }
}
