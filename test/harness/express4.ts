import type { Express } from 'express'
import { expressApp } from './express.ts'
import { listen } from './node-http.ts'
import type { Harness } from './types.ts'

// The alias carries no types of its own; what the harness uses is the same in both.
const name = 'express4'
const express: () => Express = (await import(name)).default

export const express4: Harness = {
  name: 'express 4',
  network: true,
  parsedBefore: false,
  start: (app) => listen(expressApp(express(), app)),
}
