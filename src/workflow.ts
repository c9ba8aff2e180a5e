import type { AuditLog } from './audit/log.ts'
import { checkKeys, checkOneOf } from './core/check-options.ts'
import { type Clock, systemClock } from './core/clock.ts'
import { SafeMcpConfigError } from './core/config-error.ts'
import type { Mode } from './core/mode.ts'
import type { Principal } from './core/principal.ts'
import { type ChainRules, verifyComponentChain } from './identity/chain.ts'
import type { ComponentDirectory } from './identity/component.ts'
import type { Monitor } from './monitor/monitor.ts'
import { createToolPolicy, type ToolPolicyOptions } from './policy/tool-policy.ts'
import { createRedactor, type RedactorOptions } from './redact/create-redactor.ts'
import { createScanner, type ScannerOptions } from './scan/scanner.ts'
import { report, type WorkflowLogger } from './workflow/report.ts'
import { type Begun, scoreOf, type WorkflowResult } from './workflow/result.ts'
import { type Answer, identityStage, outputStage, policyStage, redactOutput, validateInput } from './workflow/stages.ts'
import { TextQueue } from './workflow/text-queue.ts'

export type { WorkflowLogger } from './workflow/report.ts'
export type {
  IdentityStage,
  InputStage,
  OutputStage,
  PolicyStage,
  SecurityLevel,
  ToolEvaluation,
  WorkflowResult,
} from './workflow/result.ts'
export type { Answer } from './workflow/stages.ts'
export { aztpChainView, aztpView } from './workflow/view.ts'

export interface WorkflowOptions {
  /** Where components are looked up: `registry()`, an AZTP client, or your own. */
  readonly directory: ComponentDirectory
  /** `strict` blocks flagged input, `normal` (default) takes the passage out, `monitor` only records. */
  readonly mode?: Mode | undefined
  readonly input?: ScannerOptions | undefined
  /** Rules for the chain: longest, trust domains, flow. */
  readonly chain?: Pick<ChainRules, 'allowEmpty' | 'maxComponents' | 'timeoutMs' | 'trustDomains' | 'flow'> | undefined
  /** Who may use which tool. Without it every requested tool is denied. */
  readonly tools?: ToolPolicyOptions | undefined
  readonly output?: RedactorOptions | undefined
  /** When a requested tool is denied: `stop` (default) answers with the denial; `drop` goes on with the tools that are left. */
  readonly onDenied?: 'stop' | 'drop' | undefined
  readonly audit?: AuditLog | undefined
  readonly monitor?: Monitor | undefined
  /** One readable line per outcome. Default: none; events go to `audit` and `monitor`. */
  readonly logger?: WorkflowLogger | undefined
  readonly clock?: Clock | undefined
}

/** What your function gets. */
export interface ExecuteContext {
  /** The input as stage 1 left it. */
  readonly input: string
  /** The requested tools that are allowed; no others may be used. */
  readonly tools: readonly string[]
  readonly userId: string | undefined
  readonly workflowId: string
  readonly signal: AbortSignal
}

export interface WorkflowRequest {
  readonly input: string
  /** Names or AZTP ids of the components behind the request, origin first. */
  readonly componentChain: readonly string[]
  readonly userId?: string | undefined
  /** The authenticated caller, where there is one: policy then decides for it. */
  readonly principal?: Principal | undefined
  /** The component of the chain that policy decides for, besides the caller. Default: the last, when there is no caller. */
  readonly component?: string | undefined
  /** Tools the work needs. */
  readonly tools?: readonly string[] | undefined
  /** Does the work. Runs only when stages 1 to 3 let it. May yield text as it is produced. */
  readonly execute?: ((context: ExecuteContext) => Answer | undefined | Promise<Answer | undefined>) | undefined
  /** Overrides the mode for this workflow. */
  readonly mode?: Mode | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Workflow {
  /** Runs all four stages. Never rejects: what throws ends as a failed workflow. */
  run(request: WorkflowRequest): Promise<WorkflowResult>
  /** The same, with the redacted answer as it flows. */
  stream(request: WorkflowRequest): { readonly output: AsyncIterable<string>; readonly result: Promise<WorkflowResult> }
}

const optionKeys = ['directory', 'mode', 'input', 'chain', 'tools', 'output', 'onDenied', 'audit', 'monitor', 'logger', 'clock'] as const
const modes = ['strict', 'normal', 'monitor'] as const

/**
 * The four-stage secure workflow for code that is not behind HTTP: validate the input, verify the component chain, ask the policy, run
 * your function with the tools that are allowed, and redact what it says.
 *
 * @throws SafeMcpConfigError for options nobody can mean.
 * @example const workflow = createWorkflow({ directory: registry(), tools: { allow: ['web_search'] } })
 */
export function createWorkflow(options: WorkflowOptions): Workflow {
  checkKeys(options as unknown, optionKeys, 'workflow')
  const { directory, clock = systemClock } = options
  if (typeof directory?.lookup !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'workflow.directory',
      message: 'must have a `lookup`.',
      suggestion: 'Use `registry()`.',
    })
  }
  const mode = checkOneOf(options.mode, modes, 'workflow.mode', 'normal')
  const onDenied = checkOneOf(options.onDenied, ['stop', 'drop'], 'workflow.onDenied', 'stop')
  const scanner = createScanner(options.input)
  const redactor = createRedactor(options.output)
  const policy = options.tools === undefined ? undefined : createToolPolicy(options.tools)

  async function perform(request: WorkflowRequest, begun: Begun, pass: (text: string) => void): Promise<WorkflowResult> {
    const { stages } = begun
    const current = checkOneOf(request.mode, modes, 'request.mode', mode)
    const signal = request.signal ?? new AbortController().signal
    const end = (status: WorkflowResult['status'], finalResponse: string, securityScore: number): WorkflowResult => ({
      ...begun,
      status,
      finalResponse,
      securityScore,
    })

    const input = await validateInput(String(request.input), scanner, current)
    stages.inputValidation = input.stage
    if (input.stage.securityLevel === 'HIGH_RISK_BLOCKED') return end('blocked', 'Request blocked due to security policy', 0)

    const chain = await verifyComponentChain(request.componentChain, directory, { ...options.chain, clock, signal })
    stages.identityVerification = identityStage(chain)
    if (!chain.valid) return end('blocked', 'Workflow blocked: Component identity verification failed', chain.score)

    const { principal, component, tools = [] } = request
    const decided = await policyStage(tools, policy, { principal, chain, component, clock, signal })
    stages.policyExecution = decided
    if (!decided.allowed && onDenied === 'stop') {
      const text = `Some tools denied by policy: [${decided.deniedTools.map((tool) => `'${tool}'`).join(', ')}]`
      stages.outputValidation = outputStage([], text.length, text.length)
      return end('blocked', text, scoreOf(stages))
    }

    const allowed = tools.filter((tool) => decided.toolEvaluations[tool]?.allowed === true)
    const answer = await request.execute?.({
      input: input.text,
      tools: allowed,
      userId: request.userId,
      workflowId: begun.workflowId,
      signal,
    })
    if (answer === undefined || answer === '') return end('completed', 'No response generated', scoreOf(stages))
    let said = ''
    stages.outputValidation = await redactOutput(answer, redactor, current, (text) => {
      said += text
      pass(text)
    })
    return end('completed', said, scoreOf(stages))
  }

  async function run(request: WorkflowRequest, pass: (text: string) => void = () => {}): Promise<WorkflowResult> {
    const begun: Begun = {
      workflowId: crypto.randomUUID(),
      timestamp: new Date(clock.now()).toISOString(),
      userId: request.userId,
      stages: {},
    }
    let result: WorkflowResult
    try {
      result = await perform(request, begun, pass)
    } catch (error) {
      // The exception's own words may hold anything: they stay here.
      result = { ...begun, status: 'failed', finalResponse: 'Workflow failed: the workflow could not be completed', securityScore: 0 }
      const name = error instanceof Error ? error.name : typeof error
      options.audit?.record('workflow_failed', {
        severity: 'high',
        user: request.userId,
        details: { workflow: begun.workflowId, error: name },
      })
    }
    report(result, options)
    return result
  }

  return {
    run: (request) => run(request),
    stream(request) {
      const queue = new TextQueue()
      const result = run(request, (text) => queue.push(text)).finally(() => queue.end())
      return { output: queue, result }
    },
  }
}

/**
 * Runs one workflow; {@link createWorkflow} is for more than one.
 *
 * @example await runWorkflow({ input, componentChain, userId, tools: ['web_search'], execute }, { directory, tools: { allow: ['web_search'] } })
 */
export function runWorkflow(request: WorkflowRequest, options: WorkflowOptions): Promise<WorkflowResult> {
  return createWorkflow(options).run(request)
}
