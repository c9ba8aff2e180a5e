/** Something that can be shown in the Prometheus text format. */
export interface Metric {
  text(): string
}

/** Counts by label values; beyond `maxSeries` combinations everything more is counted as `other`. */
export class Counter implements Metric {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly string[]
  readonly #maxSeries: number
  readonly #series = new Map<string, number>()

  constructor(name: string, help: string, labels: readonly string[], maxSeries: number) {
    this.#name = name
    this.#help = help
    this.#labels = labels
    this.#maxSeries = maxSeries
  }

  add(values: readonly string[]): void {
    let key = this.#key(values)
    if (!this.#series.has(key) && this.#series.size >= this.#maxSeries) key = this.#key(values.map(() => 'other'))
    this.#series.set(key, (this.#series.get(key) ?? 0) + 1)
  }

  text(): string {
    let out = head(this.#name, this.#help, 'counter')
    for (const [labels, value] of this.#series) out += `${this.#name}${labels} ${value}\n`
    return out
  }

  #key(values: readonly string[]): string {
    return `{${this.#labels.map((label, i) => `${label}="${escapeLabel(values[i] ?? '')}"`).join(',')}}`
  }
}

/** How often values fell below each bound. */
export class Histogram implements Metric {
  readonly #name: string
  readonly #help: string
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0
  #count = 0

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name
    this.#help = help
    this.#bounds = bounds.toSorted((a, b) => a - b)
    this.#counts = this.#bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#sum += value
    this.#count++
    const at = this.#bounds.findIndex((bound) => value <= bound)
    if (at >= 0) this.#counts[at]! += 1
  }

  text(): string {
    let out = head(this.#name, this.#help, 'histogram')
    let below = 0
    for (const [i, bound] of this.#bounds.entries()) {
      below += this.#counts[i] as number
      out += `${this.#name}_bucket{le="${bound}"} ${below}\n`
    }
    return `${out}${this.#name}_bucket{le="+Inf"} ${this.#count}\n${this.#name}_sum ${this.#sum}\n${this.#name}_count ${this.#count}\n`
  }
}

/** A value that is read when asked. */
export class Gauge implements Metric {
  readonly #name: string
  readonly #read: () => number

  constructor(name: string, read: () => number) {
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new TypeError(`${name} is not a metric name.`)
    this.#name = name
    this.#read = read
  }

  text(): string {
    return `${head(this.#name, this.#name, 'gauge')}${this.#name} ${this.#read()}\n`
  }
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
