/** Use this tool, run that command, come before others, stay for good. Notation: src/rules/index.ts. */
export const coerce = String.raw`
# coerce T1102
shell medium 35/40/45 = rm -rf  | sh  | bash  /etc/passwd  /etc/shadow  .ssh/id_  id_rsa
    .aws/credentials  .npmrc  .git-credentials  .kube/config  | base64  base64 -d
fetch low 20/25/30 = curl -s   curl http  wget http
run low 15/30/30 (run|execute|executing) 8 (the command|this command|following command|the following|these commands|any file|all file|
    without)
cross-tool medium 10/25/35 T1001 (when|whenever|before|after|prior to|every time|each time) 4 (using|calling|invoking|running|
    any other tool|any tool|other tools|every invocation|any messaging tool|calling any|is listed)
# shadow T1008
other-tools high 30/50/55 (do not use any other tool|all other tools|other tools must|instead of any other tool|do not use other tools|
    other tool is used|any other tool is|descriptions of other|never be invoked|never be called|tool is listed|any messaging tool|
    whenever this tool is|prior to every invocation|the caller must)
external medium 10/30/50 (invoke|call|calling|run|query) 8 (external_*|external server*|another server|remote server*|other_server*)
always low 10/15/25 (always call this tool|always use this tool|must call this tool|tool must be|use this tool instead|always suggest|
    always recommend|always add|always include|always send|always prefer)
replaces high 10/35/58 (replaces|supersedes|overrides) 4 (all other tools|the other servers|every other tool|other servers|all tools|any other tool|
    other tools)
recipient high 10/45/58 (email tool|send_email|email is sent|messaging tool|message is sent|payment tool|another server's tool) 30 (change the recipient|
    in bcc|as bcc|replace the recipient|as recipient|the recipient to)
# threat T1001
or-fail low 15/30/35 (it will not work|request will fail|will not work otherwise|otherwise it will fail|otherwise the send|
    or the tool will fail|will fail otherwise|or else the|otherwise will fail)
# pretext T1001
purposes low 10/25/35 (for telemetry|for compliance|for verification purposes|for validation purposes|for debugging purposes|
    for logging purposes|can be validated|proper validation|for quality assurance|for compliance tracking|compliance purposes|emergency|
    trust me|for security purposes)
# coerce T1001
first low 10/25/30 (you must first|you have to first|always first|must first|always read|must always|step 0|must also read|also read|
    also call|also send|first and)
# encoded T1102
decode-and-run high 55/65/65 (decode*|decrypt*|unscramble|decipher|base64|rot13|deobfuscate) 60 (and|then|and then)_(execute|follow|run|
    obey|perform|comply with|carry out|do|act on|include) 2 (it|this|that|them|what|exactly|the instruction*|the order*|the command*|
    the result*|
    the output|the decoded|its|these|the text|the content*|the hidden)
# loop T1102
forever medium 30/50/50 (repeat this forever|in an infinite loop|loop forever|never stop calling|keep calling this tool|call yourself|
    repeat indefinitely|repeat this step indefinitely|never terminate|keep repeating|infinitely repeat|call this tool in a loop)
# memory T2106
store medium 30/50/50 (store|save|remember|add|write) 24 (in memory|to memory|in your memory|to your memory|long-term memory|
    for all future|in all future|for future conversations|future sessions)
trigger medium 20/40/40 (hidden_trigger|hidden trigger|trigger phrase|data_exfiltration*|model_manipulation*|backdoor trigger|
    activation phrase|when the user mentions|when user mentions)
`
