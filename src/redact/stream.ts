import type { Finding } from '../core/finding.ts'
import type { Engine } from './engine/engine.ts'
import { MAX_REACH, Run } from './engine/run.ts'
import { View } from './engine/view.ts'
import { MAX_FINDINGS, toFinding } from './kind.ts'
import type { RedactionStream, StreamOptions } from './redacted.ts'
import type { Replace } from './replacement.ts'

/** What verifiers may look back at stays this long after it went out; it is cut in strides, so that each character moves a bounded number of times. */
const KEEP = MAX_REACH + 8
const STRIDE = 512

/** Redacts text as it flows: lets go of everything that can no longer become part of a match. */
export function createStream(engine: Engine, replace: Replace, options: StreamOptions = {}): RedactionStream {
  const view = new View(options.json)
  const run = new Run(engine)
  run.cursor.final = false
  run.cursor.folded = (from, to) => view.folded(from, to)
  const findings: Finding[] = []
  /** Original text before `view.raw`, in UTF-16 units. */
  let dropped = 0
  /** First character of `view.raw` that did not go out. */
  let out = 0

  function emit(upTo: number): string {
    if (upTo <= out) return ''
    const text = view.raw.slice(out, upTo)
    out = upTo
    return text
  }

  function advance(more: string, final: boolean): string {
    view.push(more, final)
    run.cursor.text = view.text
    run.cursor.final = final
    run.advance()
    let text = ''
    while (run.matches.length > 0) {
      const match = run.matches[0]!
      text += emit(view.startOf(match.from))
      if (match.open) break
      const to = view.endOf(match.to)
      text += replace(match)
      if (findings.length < MAX_FINDINGS) findings.push(toFinding(match.kind, begins ?? dropped + view.startOf(match.from), dropped + to))
      begins = undefined
      out = Math.max(out, to)
      run.matches.shift()
    }
    const open = run.matches[0]
    if (open !== undefined) {
      begins ??= dropped + view.startOf(open.from)
      out = Math.max(out, view.endOf(open.to))
    } else {
      let hold = final ? view.raw.length : view.startOf(run.holdFrom())
      // Half a surrogate pair is no text.
      if (!final && hold > out && (view.raw.charCodeAt(hold - 1) & 0xfc00) === 0xd800) hold--
      text += emit(hold)
    }
    trim()
    return text
  }

  /** Where the open match began, counted from the beginning of the stream. */
  let begins: number | undefined

  function trim(): void {
    const spare = run.holdFrom() - KEEP
    if (spare < STRIDE) return
    run.forget(spare)
    const gone = view.forget(spare)
    dropped += gone
    out -= gone
  }

  return {
    findings,
    push: (text) => advance(text, false),
    end: () => advance('', true),
  }
}
