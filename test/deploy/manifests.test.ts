import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

const folder = join(import.meta.dirname, '../../examples/deploy')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const dockerfile = read('Dockerfile')

/** Classes of the kinds we use, made from the OpenAPI schemas of Kubernetes. */
const kinds = { Deployment, Service, PodDisruptionBudget, NetworkPolicy }

const manifests = readdirSync(join(folder, 'k8s')).map((name) => ({ name, text: read(`k8s/${name}`) }))

describe('the Kubernetes manifests', () => {
  it.each(manifests)('$name holds to the schema of its kind', ({ text }) => {
    for (const document of parseAllDocuments(text)) {
      expect(document.errors).toEqual([])
      const manifest = document.toJS() as { kind: keyof typeof kinds; apiVersion: string; metadata: { labels: object } }
      const made = new kinds[manifest.kind](manifest as never)
      expect(manifest.apiVersion).toBe(made.apiVersion)
      made.validate()
      expect(manifest.metadata.labels).toEqual({ app: 'guarded-mcp', security: 'safe-mcp' })
    }
  })

  it('are seen to break the schema when they do', () => {
    const manifest = parse(read('k8s/deployment.yaml'))
    manifest.spec.replicas = 'three'
    expect(() => new Deployment(manifest).validate()).toThrow(/replicas/)
    manifest.spec.replicas = 3
    delete manifest.spec.template.spec.containers[0].name
    expect(() => new Deployment(manifest).validate()).toThrow(/name/)
  })

  it('run three replicas with the probes, resources and secrets of the design', () => {
    const { spec } = parse(read('k8s/deployment.yaml'))
    const [container] = spec.template.spec.containers
    expect(spec.replicas).toBe(3)
    expect(spec.template.metadata.labels).toEqual({ app: 'guarded-mcp', security: 'safe-mcp' })
    expect(container.livenessProbe).toEqual({ httpGet: { path: '/health', port: 'http' }, initialDelaySeconds: 30, periodSeconds: 10 })
    expect(container.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' })
    expect(container.resources).toEqual({ requests: { memory: '512Mi', cpu: '250m' }, limits: { memory: '1Gi', cpu: '500m' } })
    const secrets = (
      container.env as readonly { readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } } }[]
    )
      .map(({ valueFrom }) => valueFrom?.secretKeyRef)
      .filter((ref) => ref?.name === 'aztp-config')
    expect(secrets.map((ref) => ref?.key)).toEqual(['base-url', 'api-key'])
  })

  it('give the process nothing it does not need', () => {
    const pod = parse(read('k8s/deployment.yaml')).spec.template.spec
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it('set only variables that the server reads', () => {
    const server = read('server.mjs') + readFileSync(join(folder, '../../src/env.ts'), 'utf8')
    const names = parse(read('k8s/deployment.yaml')).spec.template.spec.containers[0].env.map((one: { name: string }) => one.name)
    const composed = Object.keys(parse(read('compose.yaml')).services.mcp.environment)
    const baked = [...dockerfile.matchAll(/^(?:ENV |\s{4})([A-Z_]+)=/gm)]
      .map(([, name]) => name as string)
      .filter((name) => name !== 'NODE_ENV')
    expect(baked).toEqual(['PORT', 'AZTP_POLICY_ENABLED', 'AZTP_POLICY_STRICT_MODE', 'SAFE_MCP_AUDIT_ENABLED'])
    for (const name of [...names, ...composed, ...baked]) expect(server, name).toMatch(new RegExp(`\\b${name}\\b`))
  })
})

describe('the compose file', () => {
  const { services } = parse(read('compose.yaml'))

  it('waits for Redis, builds our Dockerfile, and writes nowhere', () => {
    expect(services.mcp.depends_on.redis.condition).toBe('service_healthy')
    expect(services.redis.healthcheck.test).toEqual(['CMD', 'redis-cli', 'ping'])
    expect(services.mcp.build).toEqual({ context: '../..', dockerfile: 'examples/deploy/Dockerfile' })
    for (const service of [services.mcp, services.redis]) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  })

  it('publishes no port of Redis', () => {
    expect(services.redis.ports).toBeUndefined()
  })
})

/** One instruction a line, continuations joined, comments gone. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ word: line.slice(0, line.indexOf(' ')), rest: line.slice(line.indexOf(' ') + 1) }))

describe('the Dockerfile', () => {
  const last = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'))
  const of = (word: string): string[] => last.filter((one) => one.word === word).map(({ rest }) => rest)

  it('gives a linter nothing to say, which would say it', () => {
    const lint = (text: string) => validate(text, {}).map(({ message }) => message)
    expect(lint(dockerfile)).toEqual([])
    expect(lint('FROM node\nCOPPY a b\nEXPOSE http\n')).toEqual(['Unknown instruction: COPPY', 'Invalid containerPort: http'])
  })

  it('starts from a named version', () => {
    for (const { word, rest } of instructions) if (word === 'FROM') expect(rest).toMatch(/^node:\d+-alpine( AS [a-z]+)?$/)
  })

  it('ends in a stage that runs nothing as root and starts Node itself, so that signals reach it', () => {
    expect(of('USER')).toEqual(['1000:1000'])
    expect(of('RUN')).toEqual([])
    expect(JSON.parse(of('CMD')[0] as string)).toEqual(['node', 'server.mjs'])
    expect(of('EXPOSE')).toEqual(['7860'])
  })

  it('has a health check that needs no program the image lacks', () => {
    const [check] = of('HEALTHCHECK')
    expect(check).toContain('/health')
    const command = JSON.parse((check as string).slice((check as string).indexOf('CMD ') + 4)) as string[]
    expect(command[0]).toBe('node')
  })

  it('copies only what is there, and leaves development behind', () => {
    for (const { word, rest } of instructions) {
      if (word !== 'COPY' || rest.startsWith('--from')) continue
      for (const source of rest.split(' ').slice(0, -1)) expect(() => readdirOrFile(source)).not.toThrow()
    }
    expect(instructions.some(({ rest }) => rest.includes('--omit=dev'))).toBe(true)
    expect(read('Dockerfile.dockerignore').split('\n')).toContain('**/node_modules')
  })
})

function readdirOrFile(path: string): void {
  const full = join(folder, '../..', path)
  try {
    readdirSync(full)
  } catch {
    readFileSync(full)
  }
}
