import { createAztpClient, generateApiKey, verifyComponentChain } from 'safe-mcp/identity'
import { banner, startAztpStandIn } from '../../test/standins/aztp-server.ts'
import { createStory } from '../_lib/story.ts'
import { type Callers, startAgent } from './server.ts'

// The service here is a stand-in on this machine, not the AZTP service. With that one: apiKey and baseUrl from AZTP_API_KEY and AZTP_BASE_URL.
const service = await startAztpStandIn()
const client = createAztpClient({ apiKey: service.apiKey, baseUrl: service.baseUrl, timeoutMs: 500, cacheMs: 0 })
const story = createStory('Component identities from an AZTP service (stand-in)')
story.tell('note', banner)

const { key, hash } = generateApiKey()
const callers: Callers = { names: [] }
const components = ['security-detection', 'ai-agent', 'web-search']
const planner = await client.secureConnect({}, 'planner')
for (const name of components) await client.secureConnect({}, name)

const record = { id: 'planner-key', hash, principal: { id: 'planner', attributes: { aztp_id: planner.identity.aztpId } } }
const agent = await startAgent(client, [record], callers)

async function ask(headers: Record<string, string>): Promise<{ readonly status: number; readonly ran: boolean }> {
  const before = callers.names.length
  const res = await fetch(`${agent.origin}/agent`, { method: 'POST', headers })
  story.tell('client got', `${res.status} ${await res.text()}`)
  return { status: res.status, ran: callers.names.length > before }
}

const chain = { 'x-component-chain': components.join(', ') }

try {
  story.scene('Three components the service knows')
  const report = await verifyComponentChain(components, client)
  story.tell('chain', `valid ${report.valid}, score ${report.score}`)
  story.expect('make a valid chain', report.valid && report.score === 100)

  story.scene('A caller with a key, under the identity bound to it')
  const good = await ask({ 'x-api-key': key, ...chain })
  story.expect('reaches the handler under its AZTP id', good.status === 200 && callers.names[0] === planner.identity.aztpId)

  story.scene('A caller with nothing but an AZTP id')
  const named = await ask({ 'x-aztp-id': planner.identity.aztpId, ...chain })
  story.expect('is nobody: an id is a name, not a credential', named.status === 401 && !named.ran)

  story.scene('A stranger in the chain')
  const stranger = await ask({ 'x-api-key': key, 'x-component-chain': 'security-detection, stranger' })
  story.expect('stops the request', stranger.status === 403 && !stranger.ran)

  story.scene('A component that is revoked')
  const search = await client.getIdentityByName('web-search')
  await client.revokeIdentity(search?.aztpId ?? '', 'compromised')
  const revoked = await ask({ 'x-api-key': key, ...chain })
  story.expect('stops the request until it is reissued', revoked.status === 403 && !revoked.ran)
  await client.reissueIdentity(search?.aztpId ?? '')
  story.expect('and then no longer', (await ask({ 'x-api-key': key, ...chain })).status === 200)

  story.scene('A service that lies, redirects or is gone')
  for (const fault of ['lying-types', 'redirect', 'status-500', 'reset'] as const) {
    service.fault = fault
    const answer = await ask({ 'x-api-key': key, ...chain })
    story.expect(`lets nobody in (${fault})`, (answer.status === 503 || answer.status === 401) && !answer.ran)
  }
} finally {
  await agent.close()
  await service.close()
}
story.end()
