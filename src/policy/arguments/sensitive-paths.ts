/** Files and directories that hold secrets or control a machine. Lower-case, `/` as separator. */

/** Directories that are sensitive wherever they are. */
const directories = new Set([
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.gcloud',
  '.gem',
  '.password-store',
  '.terraform.d',
  '.vault-token',
  'sudoers.d',
  'cron.d',
  'system32',
  'syswow64',
  'keychains',
])

/** Names of files that are sensitive wherever they are. */
const files = new Set([
  '.netrc',
  '_netrc',
  '.npmrc',
  '.yarnrc',
  '.pypirc',
  '.git-credentials',
  '.pgpass',
  '.my.cnf',
  '.htpasswd',
  '.dockercfg',
  '.dockerconfigjson',
  '.s3cfg',
  '.boto',
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_history',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zsh_history',
  '.mysql_history',
  '.psql_history',
  '.python_history',
  '.vault-token',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'authorized_keys',
  'shadow',
  'gshadow',
  'sudoers',
  'crontab',
  'master.key',
  'kubeconfig',
  'terraform.tfstate',
  'wp-config.php',
  'application_default_credentials.json',
  'accesstokens.json',
  'access_tokens.db',
  'credentials.db',
  'serviceaccount.json',
  'service-account.json',
  'service_account.json',
  'ntds.dit',
  'docker.sock',
  'containerd.sock',
  'login data',
  'cookies.sqlite',
  'key4.db',
  'wallet.dat',
  'auth.json',
  'token.json',
  'tokens.json',
  'logins.json',
  'vault.yml',
  'vault.yaml',
  '.vault_pass',
  '.vault-pass',
  '.ansible_vault_pass',
  'oauth_creds.json',
  'htpasswd',
])

/** Names without extension that mean secrets whatever comes after the dot. */
const stems = new Set(['secret', 'secrets', 'credential', 'credentials', 'passwords', 'private_key', 'privatekey'])
const stemExtensions = new Set(['', 'json', 'yaml', 'yml', 'toml', 'ini', 'txt', 'xml', 'db', 'csv', 'enc', 'properties', 'conf', 'cfg'])

const extensions = new Set(['pem', 'key', 'p12', 'pfx', 'jks', 'keystore', 'kdbx', 'ppk', 'asc', 'gpg'])

/** `.env.example` and its like are written to be shared. */
const sharedEnv = new Set(['example', 'sample', 'template', 'dist', 'defaults'])

const roots = [
  '/etc',
  '/root',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/run/secrets',
  '/var/run/secrets',
  '/var/run/docker.sock',
  '/var/spool/cron',
  '/var/lib/docker',
]

/** Facts about the machine that are no secret. */
const harmless = new Set([
  '/proc/cpuinfo',
  '/proc/meminfo',
  '/proc/loadavg',
  '/proc/uptime',
  '/proc/version',
  '/etc/os-release',
  '/etc/hostname',
  '/etc/timezone',
  '/etc/localtime',
  '/dev/null',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
])

/** True for a path that leads to secrets or to control of the machine. `path` has `/` as separator and no `.` or `..` segments. */
export function isSensitivePath(path: string): boolean {
  const lower = path.toLowerCase().replace(/^[a-z]:(?=\/|$)/, '')
  if (harmless.has(lower)) return false
  if (roots.some((root) => lower === root || lower.startsWith(`${root}/`))) return true
  if (lower === '/windows' || lower.startsWith('/windows/')) return true
  const segments = lower.split('/')
  if (segments.some((segment) => directories.has(segment))) return true
  if (lower.includes('/.config/gcloud') || lower.includes('/.config/gh/')) return true
  return isSensitiveFile(segments[segments.length - 1] as string)
}

function isSensitiveFile(name: string): boolean {
  if (files.has(name)) return true
  if (/service[-_]?account/.test(name) && name.endsWith('.json')) return true
  if (name === '.env' || name === '.envrc') return true
  if (name.startsWith('.env.')) return !sharedEnv.has(name.slice(5))
  const dot = name.lastIndexOf('.')
  const stem = dot <= 0 ? name : name.slice(0, dot)
  const extension = dot <= 0 ? '' : name.slice(dot + 1)
  return extensions.has(extension) || (stems.has(stem) && stemExtensions.has(extension))
}
