import Koa from 'koa'
import { inputGuard } from 'safe-mcp'
import { guard, safeMcp } from 'safe-mcp/koa'

const app = new Koa()
app.use(safeMcp({ mode: 'strict' }))
app.use(guard(inputGuard()))
app.use((ctx) => {
  ctx.body = { id: ctx.state.safeMcp?.id }
})
// @ts-expect-error a misspelt option is a type error too
safeMcp({ mod: 'strict' })
