import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { png } from './samples.ts'

export function addResources(server: McpServer): void {
  const add = (name: string, mimeType: string, content: { text: string } | { blob: string }) => {
    const uri = `test://${name}`
    const about = { title: name, description: `The resource ${name}.`, mimeType }
    server.registerResource(name, uri, about, () => ({ contents: [{ uri, mimeType, ...content }] }))
  }
  add('static-text', 'text/plain', { text: 'This is the content of the static text resource.' })
  add('static-binary', 'image/png', { blob: png })
  add('watched-resource', 'text/plain', { text: 'Watched resource content' })

  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'Resource template', description: 'Filled in from its address.', mimeType: 'application/json' },
    ({ href }, { id }) => ({
      contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
    }),
  )

  // Who subscribed hears of it once, on the session's own stream.
  server.server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    setTimeout(() => void server.server.sendResourceUpdated({ uri }).catch(() => undefined), 20)
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', () => ({}))
}
