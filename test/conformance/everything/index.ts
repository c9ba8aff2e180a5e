import { McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { addAskingTools } from './asking-tools.ts'
import { addContentTools } from './content-tools.ts'
import { addInputRequiredTools, requestState } from './input-required-tools.ts'
import { addPrompts } from './prompts.ts'
import { addResources } from './resources.ts'
import { said } from './samples.ts'

/**
 * A server with everything the protocol has, so that a comparison of guarded with unguarded has something to compare.
 * Names of tools, prompts and resources are those the conformance suite asks for.
 *
 * @param notify tells the streams of `subscriptions/listen`; sessions of the legacy revisions have their own.
 */
export function buildEverything(notify: () => ServerNotifier): McpServer {
  const server = new McpServer(
    { name: 'everything', version: '1.0.0' },
    {
      instructions: 'A server for tests. Every tool answers the same each time.',
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: requestState.verify },
    },
  )
  addContentTools(server)
  addAskingTools(server)
  addInputRequiredTools(server)
  addResources(server)
  addPrompts(server)

  const announce = (name: string, change: (notifier: ServerNotifier) => void) =>
    server.registerTool(name, { description: 'Announces a change.', inputSchema: z.object({}) }, () => {
      change(notify())
      return said('announced')
    })
  announce('test_trigger_tool_change', (notifier) => notifier.toolsChanged())
  announce('test_trigger_prompt_change', (notifier) => notifier.promptsChanged())
  return server
}
