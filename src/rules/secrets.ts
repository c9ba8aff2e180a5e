/**
 * Shapes of keys as their issuers publish them: `[name, issuer, shapes]`. Data only.
 *
 * A shape is a literal followed by parts. `w36` is 36 of a class, `w20+` 20 or more (the rest of the run belongs to it),
 * `w20-40` between 20 and 40; `'.'` is a literal. Classes: `d` digit, `h` hex, `a` letter or digit, `u` upper-case letter or digit, `l` lower-case letter or digit,
 * `w` letter, digit or `_`, `b` letter, digit, `_` or `-`, `s` letter, digit, `+`, `/` or `=`. An exact or bounded part must end where its class ends.
 */
export type SecretRow = readonly [name: string, issuer: string, ...shapes: readonly string[]]

/** The issuers whose keys turn up most, on by default. */
export const commonSecrets: readonly SecretRow[] = [
  ['aws-key-id', 'AWS', 'AKIA u16', 'ASIA u16', 'ABIA u16', 'ACCA u16'],
  ['google-api-key', 'Google', 'AIza b35'],
  ['google-oauth', 'Google OAuth', 'GOCSPX- b28', 'ya29. b30+', '1//0 b40+'],
  ['github-token', 'GitHub', 'ghp_ a36', 'gho_ a36', 'ghu_ a36', 'ghs_ a36', 'ghr_ a36+', 'github_pat_ w82', 'github_pat_ a22 _ a59'],
  [
    'gitlab-token',
    'GitLab',
    'glpat- b20+',
    'gldt- b20+',
    'glrt- b20+',
    'glptt- b40',
    'GR1348941 b20+',
    'glcbt- b20+',
    'glsoat- b20+',
    'glft- b20+',
    'glimt- b25+',
  ],
  [
    'slack-token',
    'Slack',
    'xoxb- b20+',
    'xoxp- b20+',
    'xoxa- b20+',
    'xoxr- b20+',
    'xoxs- b20+',
    'xoxo- b20+',
    'xoxe- b20+',
    'xapp- b20+',
    'xoxe.xoxb- b20+',
    'xoxe.xoxp- b20+',
  ],
  [
    'slack-webhook',
    'Slack',
    'hooks.slack.com/services/ a8-12 / a8-12 / a20-28',
    'hooks.slack.com/workflows/ b8-80',
    'hooks.slack.com/triggers/ b8-80',
  ],
  ['stripe-key', 'Stripe', 'sk_live_ a16+', 'sk_test_ a16+', 'rk_live_ a16+', 'rk_test_ a16+', 'whsec_ s24+'],
  ['openai-key', 'OpenAI', 'sk-proj- b20+', 'sk-svcacct- b20+', 'sk-admin- b20+', 'sk-None- b20+', 'sk- ?a20+'],
  ['anthropic-key', 'Anthropic', 'sk-ant- b20+'],
  ['npm-token', 'npm', 'npm_ a36'],
  ['pypi-token', 'PyPI', 'pypi-AgEIcHlwaS5vcmc b50+', 'pypi-AgENdGVzdC5weXBpLm9yZ b50+'],
  ['twilio-key', 'Twilio', 'SK ?h32'],
  ['sendgrid-key', 'SendGrid', 'SG. b16-32 . b30-64'],
  ['huggingface-token', 'Hugging Face', 'hf_ a34', 'api_org_ a34'],
  ['digitalocean-token', 'DigitalOcean', 'dop_v1_ h64', 'doo_v1_ h64', 'dor_v1_ h64'],
  ['shopify-token', 'Shopify', 'shpat_ h32', 'shpca_ h32', 'shppa_ h32', 'shpss_ h32'],
  ['telegram-token', 'Telegram', '00000000 d0-2 : b35'],
  ['docker-token', 'Docker', 'dckr_pat_ b20+', 'dckr_oat_ b20+'],
  ['vault-token', 'HashiCorp Vault', 'hvs. b24+', 'hvb. b24+'],
  ['square-token', 'Square', 'sq0atp- b22', 'sq0csp- b43', 'EAAA b60'],
  ['databricks-token', 'Databricks', 'dapi h32'],
]
