/** Signs that a text is meant for a shell. For findings on arguments nobody declared. */

const commands = new Set(
  (
    'cat wget curl bash sh zsh dash ksh csh fish nc ncat netcat socat rm chmod chown chgrp python python2 python3 perl ruby php node powershell pwsh cmd whoami id ls ' +
    'echo sudo su kill pkill killall touch mkdir rmdir cp mv tar ssh scp sftp base64 xxd env printenv ping sleep useradd usermod adduser passwd dd telnet awk gawk sed ' +
    'find xargs nohup eval exec export source certutil bitsadmin mshta regsvr32 rundll32 wmic net reg schtasks crontab at systemctl service mount umount docker kubectl ' +
    'git npm npx pip pip3 apt apt-get yum dnf apk head tail less more grep egrep nslookup dig host ifconfig ip ps uname hostname history tee openssl gcc make ln chroot ' +
    'nsenter unshare insmod modprobe iptables shutdown reboot init halt poweroff mysql psql sqlite3 mongo redis-cli aws gcloud az gh'
  ).split(' '),
)

/** True when a separator, pipe or substitution is followed by the name of a program: `report.txt; cat x`, `$(id)`. */
export function hasInjectedCommand(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    let at = -1
    if (char === ';' || char === '|' || char === '\n') at = i + 1
    else if (char === '&' && (text[i + 1] === '&' || text[i + 1] === ' ')) at = i + 1
    else if (char === '$' && text[i + 1] === '(') at = i + 2
    else if (char === '`') at = i + 1
    else if ((char === '<' || char === '>') && text[i + 1] === '(') at = i + 2
    if (at !== -1 && commands.has(wordAt(text, at))) return true
  }
  return false
}

/** The program name at a place: spaces, further separators and a path in front are skipped. */
function wordAt(text: string, from: number): string {
  let at = from
  while (at < from + 16 && ' \t&|('.includes(text[at] ?? 'x')) at++
  let end = at
  while (end < at + 64 && /[\w./+\\-]/.test(text[end] ?? ' ')) end++
  const word = text.slice(at, end).toLowerCase()
  return word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1).replace(/\.exe$/, '')
}

interface Sign {
  readonly rule: string
  readonly technique: string
  test(words: readonly string[], text: string): boolean
}

const has = (words: readonly string[], ...wanted: readonly string[]) => words.some((word) => wanted.includes(word))
const includes = (text: string, ...parts: readonly string[]) => parts.some((part) => text.includes(part))

/** Commands that take a machine over, whoever sends them. `words` and `text` are lower-case. */
export const dangerousCommands: readonly Sign[] = [
  {
    rule: 'command/reverse-shell',
    technique: 'T1305',
    test: (w, t) => includes(t, '/dev/tcp/', '/dev/udp/') || (has(w, 'nc', 'ncat', 'netcat') && has(w, '-e', '-c')),
  },
  {
    rule: 'command/encoded',
    technique: 'T1101',
    test: (w, t) =>
      (has(w, 'powershell', 'pwsh', 'powershell.exe') && w.some((word) => /^-e(nc?|ncodedcommand|c)?$/.test(word))) ||
      (includes(t, 'base64 -d', 'base64 --decode') && t.includes('|')),
  },
  {
    rule: 'command/container-escape',
    technique: 'T1303',
    test: (w, t) =>
      has(w, '--privileged', 'nsenter', 'chroot') ||
      includes(t, 'docker.sock', 'containerd.sock', '-v /:', '--volume /:', '--pid=host', '--cap-add=sys_admin', '--cap-add=all'),
  },
  {
    rule: 'command/account',
    technique: 'T1305',
    test: (w) => has(w, 'useradd', 'adduser', 'usermod', 'visudo', 'chpasswd') || (w[0] === 'net' && w[1] === 'user'),
  },
  {
    rule: 'command/persistence',
    technique: 'T1305',
    test: (_w, t) => includes(t, 'authorized_keys', '/etc/cron', 'crontab -', 'schtasks /create', 'systemctl enable'),
  },
  {
    rule: 'command/download-and-run',
    technique: 'T1101',
    test: (w, t) => has(w, 'curl', 'wget') && /\|\s{0,8}(sudo |\/bin\/)?(ba|z|da|k)?sh\b/.test(t),
  },
  {
    rule: 'command/upload',
    technique: 'T1101',
    test: (w, t) => has(w, 'curl', 'wget') && includes(t, ' -d @', ' --data @', ' --data-binary @', ' -t ', ' --post-file', ' -f file=@'),
  },
  {
    rule: 'command/destroy',
    technique: 'T1305',
    test: (w, t) =>
      (has(w, 'rm') &&
        w.some((word) => /^-[a-z]*r[a-z]*f|^-[a-z]*f[a-z]*r/.test(word)) &&
        /\srm?f?\s|\s(\/|~|\*|\/\*|\.\/?)(\s|$)/.test(t)) ||
      has(w, 'mkfs', 'mkfs.ext4') ||
      includes(t, 'of=/dev/', 'if=/dev/sd', 'if=/dev/nvme') ||
      t.includes(':(){'),
  },
  {
    rule: 'command/privilege',
    technique: 'T1305',
    test: (w, t) =>
      (w[0] === 'sudo' && includes(t, ' -i', ' su', ' -s', 'shutdown')) ||
      includes(t, 'chmod +s', 'chmod 4755', 'chmod u+s', 'setcap ') ||
      (has(w, 'chmod') && has(w, '777', '+x') && includes(t, '/tmp/')),
  },
  {
    rule: 'command/agent-flags',
    technique: 'T1111',
    test: (w) =>
      has(
        w,
        '--dangerously-skip-permissions',
        '--yolo',
        '--trust-all-tools',
        '--dangerously-bypass-approvals-and-sandbox',
        '--allow-all-tools',
      ),
  },
  {
    rule: 'command/credentials',
    technique: 'T1502',
    test: (_w, t) =>
      includes(
        t,
        'gh auth token',
        '/proc/self/environ',
        '/proc/1/environ',
        'aws configure get',
        'gcloud auth print-',
        'az account get-access-token',
        'security find-generic-password',
        'mimikatz',
      ),
  },
  {
    rule: 'command/kernel',
    technique: 'T1305',
    test: (w, t) =>
      has(w, 'insmod', 'modprobe', 'rmmod', 'iptables', 'ip6tables', 'setenforce', 'nsenter', 'unshare') ||
      (has(w, 'mount') && includes(t, ' --bind', ' -o bind', ' cgroup', ' /dev/')) ||
      includes(t, 'ld_preload=', '/proc/sys/kernel/', 'core_pattern'),
  },
  {
    rule: 'command/escalation',
    technique: 'T1305',
    test: (w, t) =>
      (has(w, 'sudo') && has(w, '-l', '-i', '-s', 'su')) ||
      includes(t, '-perm -4000', '-perm -u=s', '-perm /4000', 'kubectl exec') ||
      (w[0] === 'passwd' && w.length > 1) ||
      (has(w, 'crontab') && has(w, '-e')),
  },
  {
    rule: 'command/cover-up',
    technique: 'T1305',
    test: (w, t) =>
      (w[0] === 'history' && has(w, '-c', '-w')) ||
      includes(t, 'histfile=', 'unset histfile', 'shred ', '> /var/log', 'rm -rf /var/log', 'rm -f /var/log'),
  },
  {
    rule: 'command/from-code',
    technique: 'T1101',
    test: (_w, t) =>
      includes(
        t,
        'os.system(',
        'os.popen(',
        '__import__(',
        'subprocess.',
        'child_process',
        'getruntime().exec',
        'pty.spawn',
        'eval(base64',
        'exec(base64',
        'shell_exec(',
      ),
  },
]
