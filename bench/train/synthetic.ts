import { type Row, seeded } from './data.ts'
import { attacks, harmless, harmlessDress, harmlessLists, harmlessTools, languages, lists, poison } from './templates.ts'

/**
 * Texts made from templates, the same in every run: attacks alone, attacks inside harmless documents of the training data, poisoned tool
 * descriptions, and harmless texts with the same words.
 */
export function synthesise(rows: readonly Row[], seed: number): Row[] {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const words = { ...lists, ...harmlessLists }
  const expand = (template: string): string => {
    let text = template
    for (let i = 0; i < 40; i++) {
      const next = text
        .replace(/<([a-zA-Z]+)>/g, (whole, name: string) => (Object.hasOwn(words, name) ? pick(words[name]!) : whole))
        .replace(/\{([^{}]*)\}/g, (_, choices: string) => pick(choices.split('|')))
      if (next === text) break
      text = next
    }
    return text.replace(/ {2,}/g, ' ').trim()
  }
  const made: Row[] = []
  let family = ''
  /** A text from one of these templates; what is added next belongs to its family. */
  const draw = (name: string, templates: readonly string[]): string => {
    const index = Math.floor(random() * templates.length)
    family = `${name} ${index}`
    return expand(templates[index]!)
  }
  const add = (source: string, kind: string, label: 0 | 1, text: string, payload?: readonly [number, number]) =>
    made.push({
      id: `${source}-${made.length}`,
      source: `synth:${source}`,
      family,
      kind,
      label,
      text,
      ...(payload === undefined ? {} : { payload }),
    })
  const inside = (source: string, kind: string, context: string, order: string) => {
    const lines = context.split(/(?<=\n|\. )/)
    const at = Math.floor(random() * (lines.length + 1))
    const gap = pick([' ', '\n', '\n\n', ' '])
    const before = lines.slice(0, at).join('') + gap
    const from = [...before].length
    add(source, kind, 1, before + order + gap + lines.slice(at).join(''), [from, from + [...order].length])
  }
  const spoken = (text: string) => (random() < 0.08 ? text.toUpperCase() : random() < 0.15 ? text.toLowerCase() : text)
  const dressed = () => expand(pick(harmlessDress)).replace('<it>', () => draw('harmless', harmless))
  const documents = rows
    .filter((row) => row.label === 0 && ['benign-doc', 'benign-code', 'tool-output'].includes(row.kind))
    .map((row) => row.text)
  const descriptions = rows.filter((row) => row.label === 0 && row.kind === 'tool-description').map((row) => row.text)
  const questions = rows.filter((row) => row.label === 0 && row.kind === 'benign-chat' && row.text.length < 300).map((row) => row.text)

  for (let i = 0; i < 4000; i++) add('order', 'direct', 1, spoken(draw('attack', attacks)))
  for (let i = 0; i < 500; i++) inside('order', 'direct', pick(questions), spoken(draw('attack', attacks)))
  for (let i = 0; i < 3000; i++) inside('planted', 'indirect', pick(documents), spoken(draw('attack', attacks)))
  for (let i = 0; i < 1200; i++) inside('poison', 'tool-description', pick(descriptions), draw('poison', poison))
  for (const [index, [override, goals]] of languages.entries()) {
    family = `language ${index}`
    for (let i = 0; i < 50; i++) {
      const goal = expand(pick(goals.replace(/\{[^{}]*\}/g, (part) => part.replaceAll('|', '\u0001')).split('|')).replaceAll('\u0001', '|'))
      const order = pick([
        `${expand(override)}${pick(['. ', ', ', ' ', '\n'])}${goal}`,
        `${expand(override)}.`,
        `${goal}. ${expand(override)}.`,
      ])
      if (i % 3 === 0) inside('tongues', 'indirect', pick(documents), order)
      else add('tongues', 'direct', 1, order)
    }
  }
  for (let i = 0; i < 8000; i++) add('everyday', 'hard-negative', 0, spoken(dressed()))
  for (let i = 0; i < 1200; i++) {
    const line = random() < 0.5 ? dressed() : draw('tools', harmlessTools)
    const context = pick(random() < 0.5 ? documents : descriptions)
    add(
      'everyday-tools',
      'hard-negative',
      0,
      pick([`${context}\n${line}`, `${line}\n${context}`, `${line} ${expand(pick(harmlessTools))}`]),
    )
  }
  return made
}
