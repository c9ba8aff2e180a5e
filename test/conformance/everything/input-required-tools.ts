import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import { asked, said, text } from './samples.ts'

/** Seals what a client carries between two rounds. Per process: a server that is restarted forgets its half-answered questions. */
export const requestState = createRequestStateCodec<{ tool: string; round?: number; name?: string }>({
  key: crypto.getRandomValues(new Uint8Array(32)),
})

type Answer = ReturnType<typeof said> | ReturnType<typeof inputRequired>
type Tool = (ctx: ServerContext) => Answer | Promise<Answer>

type Field = { readonly type: 'string' } | { readonly type: 'boolean' }

export const askFor = (message: string, field: string, kind: Field = { type: 'string' }) =>
  inputRequired.elicit({ message, requestedSchema: { type: 'object', properties: { [field]: kind }, required: [field] } })

const askName = () => askFor('What is your name?', 'name')
const askModel = (prompt: string) => inputRequired.createMessage({ messages: [asked(text(prompt))], maxTokens: 50 })
const confirmation = () => askFor('Please confirm', 'ok', { type: 'boolean' })

/** Tools that answer with questions: the client calls again with the answers (2026-07-28). */
const tools: Readonly<Record<string, Tool>> = {
  test_input_required_result_elicitation({ mcpReq }) {
    const name = acceptedContent(mcpReq.inputResponses, 'user_name')?.['name']
    return typeof name === 'string' ? said(`Hello, ${name}!`) : inputRequired({ inputRequests: { user_name: askName() } })
  },

  test_input_required_result_sampling({ mcpReq }) {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question')
    return answer.kind === 'sampling'
      ? said(`Sampling response: ${JSON.stringify(answer.result.content)}`)
      : inputRequired({ inputRequests: { capital_question: askModel('What is the capital of France?') } })
  },

  test_input_required_result_list_roots({ mcpReq }) {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots')
    return answer.kind === 'roots'
      ? said(`Roots: ${answer.roots.map((root) => root.uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  },

  async test_input_required_result_request_state({ mcpReq }) {
    if (acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined && mcpReq.requestState() !== undefined) {
      return said('state-ok: it came back as it was sent')
    }
    return inputRequired({ inputRequests: { confirm: confirmation() }, requestState: await requestState.mint({ tool: 'request_state' }) })
  },

  async test_input_required_result_multiple_inputs({ mcpReq }) {
    const name = acceptedContent(mcpReq.inputResponses, 'user_name')?.['name']
    const greeting = inputResponse(mcpReq.inputResponses, 'greeting')
    const roots = inputResponse(mcpReq.inputResponses, 'client_roots')
    if (name !== undefined && greeting.kind === 'sampling' && roots.kind === 'roots') {
      return said(`${JSON.stringify(greeting.result.content)} ${name}, ${roots.roots.length} root(s)`)
    }
    return inputRequired({
      inputRequests: { user_name: askName(), greeting: askModel('Generate a greeting'), client_roots: inputRequired.listRoots() },
      requestState: await requestState.mint({ tool: 'multiple_inputs' }),
    })
  },

  async test_input_required_result_multi_round({ mcpReq }) {
    const { round = 0, name = '' } = mcpReq.requestState<{ round?: number; name?: string }>() ?? {}
    const given = (step: string, field: string) => String(acceptedContent(mcpReq.inputResponses, step)?.[field] ?? 'unknown')
    if (round === 2) return said(`${name} likes ${given('step2', 'color')}`)
    const next =
      round === 0
        ? { step1: askFor('Step 1: What is your name?', 'name') }
        : { step2: askFor('Step 2: What is your favourite colour?', 'color') }
    const state = { tool: 'multi_round', round: round + 1, name: round === 0 ? '' : given('step1', 'name') }
    return inputRequired({ inputRequests: next, requestState: await requestState.mint(state) })
  },

  async test_input_required_result_tampered_state({ mcpReq }) {
    if (mcpReq.requestState() !== undefined && acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined) {
      return said('integrity-ok: the seal held')
    }
    return inputRequired({ inputRequests: { confirm: confirmation() }, requestState: await requestState.mint({ tool: 'tampered_state' }) })
  },

  test_input_required_result_capabilities({ mcpReq }) {
    if (mcpReq.inputResponses !== undefined) return said('every question was answered')
    const can = (mcpReq.envelope as { [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } | undefined)?.[CLIENT_CAPABILITIES_META_KEY]
    const inputRequests: InputRequests = {
      ...(can?.elicitation && { user_name: askName() }),
      ...(can?.sampling && { greeting: askModel('Generate a short greeting') }),
      ...(can?.roots && { client_roots: inputRequired.listRoots() }),
    }
    return Object.keys(inputRequests).length === 0 ? said('this client can be asked nothing') : inputRequired({ inputRequests })
  },

  test_missing_capability({ mcpReq }) {
    return inputResponse(mcpReq.inputResponses, 'llm_answer').kind === 'sampling'
      ? said('the model answered')
      : inputRequired({ inputRequests: { llm_answer: askModel('Reply with the single word: pong') } })
  },
}

export function addInputRequiredTools(server: McpServer): void {
  for (const [name, tool] of Object.entries(tools)) {
    server.registerTool(name, { description: 'Answers with questions first.', inputSchema: z.object({}) }, (_args, ctx) => tool(ctx))
  }
}
