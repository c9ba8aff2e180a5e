import express, { type Express, type Request, type Response } from 'express'
import { guard, safeMcp } from 'safe-mcp/express'
import { contextOf, listen, pipe } from './node-http.ts'
import type { HandlerResponse, Harness, TestApp } from './types.ts'

export const express5: Harness = {
  name: 'express 5',
  network: true,
  parsedBefore: false,
  start: (app) => listen(expressApp(express(), app)),
}

/** The parser comes first, as in many an app. */
export const express5Parsed: Harness = {
  name: 'express 5 after express.json()',
  network: true,
  parsedBefore: true,
  start: (app) => listen(expressApp(express().use(express.json()), app)),
}

export function expressApp(app: Express, { options, routes }: TestApp): Express {
  if (options !== false) app.use(safeMcp(options))
  for (const { method, path, guards, handler } of routes) {
    const run = async (req: Request, res: Response): Promise<void> => send(res, await handler(contextOf(req)))
    const verb = (method?.toLowerCase() ?? 'all') as 'all'
    if (guards === undefined) app[verb](path, wrap(run))
    else app[verb](path, guard(...guards), wrap(run))
  }
  return app
}

/** Express 4 does not wait for promises. */
function wrap(run: (req: Request, res: Response) => Promise<void>) {
  return (req: Request, res: Response, next: (error: unknown) => void): void => void run(req, res).catch(next)
}

function send(res: Response, { status = 200, headers = {}, json, body }: HandlerResponse): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.status(status)
  if (json !== undefined) res.json(json)
  else if (body === undefined) res.end()
  else if (typeof body === 'string') res.send(body)
  else if (body instanceof Uint8Array) res.send(Buffer.from(body))
  else pipe(res, body)
}
