import express from 'express'
import { bodyGuard, createSafeMcp, type Finding, relax, SafeMcpConfigError, toolGuard } from 'safe-mcp'
import { guard, safeMcp } from 'safe-mcp/express'
import * as z from 'zod'

const app = express()
app.use(safeMcp({ mode: 'strict', tools: { allow: ['search'] } }))
app.post('/chat', guard(bodyGuard(z.object({ message: z.string() }))), (req, res) => {
  const findings: readonly Finding[] | undefined = req.safeMcp?.findings
  res.json({ message: req.body.message, findings: findings?.length })
})
app.post('/search', guard(toolGuard('search'), relax({ output: false })), (_req, res) => res.end())
console.log(createSafeMcp().guards.length > 0, SafeMcpConfigError.name)
// @ts-expect-error a misspelt option is a type error too
safeMcp({ mod: 'strict' })
