import { describe, expect, it } from 'vitest'
import { createScanner, type Detector } from '../../../src/scan/index.ts'

const text = 'please unlock my front door'

function counting(detector: Partial<Detector>): { detector: Detector; calls: () => number } {
  let calls = 0
  const detect: Detector['detect'] = async (...args) => {
    calls++
    return detector.detect?.(...args)
  }
  return { detector: { name: 'model', ...detector, detect }, calls: () => calls }
}

describe('detectors', () => {
  it('are witnesses beside the rules', async () => {
    const { detector } = counting({ detect: () => ({ score: 0.9 }) })
    const scanner = createScanner({ detectors: [detector] })
    expect(scanner.scan(text).flagged).toBe(false)
    expect(await scanner.scanAsync(text)).toEqual({
      flagged: true,
      score: expect.closeTo(0.9),
      findings: [{ rule: 'model', severity: 'medium' }],
    })
    expect(scanner.gate(new TextEncoder().encode('{}'))).toBe(true)
  })

  it('that answer at once are asked by scan too', () => {
    const scanner = createScanner({ detectors: [{ name: 'own', sync: true, detect: (t) => ({ score: t.includes('door') ? 1 : 0 }) }] })
    expect(scanner.scan(text).flagged).toBe(true)
    expect(scanner.scan('hello').flagged).toBe(false)
  })

  it('are asked about their slots only, and once for the same text', async () => {
    const { detector, calls } = counting({ slots: ['tool-result'], detect: () => ({ score: 0.1 }) })
    const scanner = createScanner({ detectors: [detector] })
    await scanner.scanAsync(text, { slot: 'prompt' })
    expect(calls()).toBe(0)
    await Promise.all([scanner.scanAsync(text, { slot: 'tool-result' }), scanner.scanAsync(text, { slot: 'tool-result' })])
    expect(calls()).toBe(1)
  })

  it('that are late or fail leave the verdict to the rules, or close, as told', async () => {
    for (const detect of [() => new Promise<never>(() => {}), () => Promise.reject(new Error('down'))]) {
      const open = createScanner({ detectors: [counting({ detect, timeoutMs: 20 }).detector] })
      expect(await open.scanAsync(text)).toMatchObject({ flagged: false, findings: [{ rule: 'model/unavailable', severity: 'info' }] })
      const closed = createScanner({ detectors: [counting({ detect, timeoutMs: 20, fail: 'closed' }).detector] })
      expect(await closed.scanAsync(text)).toMatchObject({ flagged: true, findings: [{ rule: 'model/unavailable', severity: 'high' }] })
    }
  })

  it('that failed are asked again', async () => {
    let down = true
    const { detector, calls } = counting({ detect: () => (down ? Promise.reject(new Error('down')) : { score: 0 }) })
    const scanner = createScanner({ detectors: [detector] })
    await scanner.scanAsync(text)
    down = false
    expect((await scanner.scanAsync(text)).findings).toEqual([])
    expect(calls()).toBe(2)
  })
})
