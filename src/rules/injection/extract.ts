/** Give away the prompt, the rules, a secret; send data somewhere. Notation: src/rules/index.ts. */
export const extract = String.raw`
# extract T1603
prompt high 62/65/65 reveal 12 prompt
text-above high 55/55/55 (repeat|print|output|recite|spell check|spell- check|echo|reproduce) 10 (everything|all|text|words|sentence|
    lines|each line|every line|content|message*) 12 (above|before this|before that|prior to this|preceding|so far|in your context|
    starting with you|beginning with you|starting with "you|starting with 'you)
tags high 60 (between|inside|within) 12 (system tags|prompt tags|instruction tags)
internals medium 60/60/55 (reveal|print|show|dump|output|leak|disclose|expose|display|list|tell me|give me|share|what is|what are)_(your configuration|your config|your internal|your settings|
    your parameters|your training data|your secrets|your memory|your hidden|your system prompt|your system message|all your internal|
    your full prompt|your full instructions|your entire|your confidential|your private instructions)
starting-with medium 50 (starting with|beginning with|starts with|begins with|start with|begin with) 6 (you are|you are chatgpt|
    the phrase you are|the instructions are)
verbatim low 25 (word for word|verbatim|exactly as written|exactly as is|character by character|txt code block|literally)
secret medium 50/50/45 (reveal|revealing|tell me|give me|disclose|leak|dump|print|output|show me|spell|hand over|expose|respond with|
    reply with|say) 14 credential/(the secret|your secret)
secret-told medium 50/50/45 (reveals|revealed|tells) 14 credential
span medium 55/58/55 (first|last) 12 (words|lines|characters|sentences|tokens|sentence|line) 8 (your prompt|your system|your instructions|
    your context|system prompt|system message|the prompt|your initial|your message)
what-told medium 60/60/50 (instructions|rules|guidelines|restrictions)_(were you given|are you following|do you have|guide you|were given to you|
    did you receive|govern you)/(what were you told|what you were told|what you are told|what you're instructed|what are your instructions|
    what were your instructions|what were your original|what is your prompt|what is your system|what are your rules|
    what are your guidelines|what are you forbidden|are you forbidden|which tools can you call|list all your tools|
    tools and their parameters|instructed not to reveal|not allowed to reveal|not supposed to reveal|told not to reveal|
    my instructions are|rules you have to follow|you were instructed)
# exfiltrate T1102
collect high 45/58/60 (encode|take|collect|put|summarise|summarize|gather) 12 (the user's data|our conversation|the conversation|the user said|previous messages|
    system prompt|user's messages|all messages|chat history) 40 place/(query string|into the url|in the url)
send-secret high 45/56/60 send 40 secret 40 place
mail-secret high 40/56/60 send 40 secret 50 (*@*)
send-to low 10/25/35 (send|forward|post it|post them|post the|upload it|upload them|upload the|transmit|exfiltrate|leak|push) 60 place
word medium 30/40/55 (exfiltrate|exfiltrates|exfiltrating)
copy-recipient high 30/50/60 T1008 (bcc|cc|forward copy|forward a copy|send a copy|copy to) 40 (*@*)
recipient-copy high 30/50/60 T1008 (*@*) 40 (bcc)
image-data high 40/60/60 = chat_history))  {chat_history  =system_prompt  /system_prompt  =base64_of  =conversation  /conversation)  <the chat>
image-each medium 30/57/55 (after|before|in|with|at the end of|to)_(every|each|all|all future|your next) 4 (answer|answers|response|responses|message|reply|
    replies|summary) 4 (add|include|append|embed|render|insert)
image medium 40/56/50 (render|display|include|embed|add|insert|output|show) 16 (image|markdown image|img|
    following string) 80 (query string|url-encoded|url encoded|query is)
parameter-of high 20/40/58 T1001 (pass|put|include|insert|append) 4 (the full conversation|full conversation|the system prompt|all previous messages|
    the user's api key|chain of thought|reasoning|the contents of|the chat history|conversation history|the conversation|your instructions) 40 (parameter|
    argument|field)
parameter medium 20/30/55 T1001 (pass|put|include|insert|provide|paste|append) 30 (secret|system prompt|conversation|history|token|
    credentials|keys|inbox|list|transactions|email|instructions|table|variables|contents|key|password) 12 (here so|here to|
    in this parameter|in this field|in this argument|as this parameter|here,*)
external-copy medium 20/40/55 T1008 (copy|log|send|forward|backup|mirror) 24 (all|every|message|content|data|conversation*|requests|
    copies) 30 (external|third-party|third party|remote|logging service|outside|monitoring@*|collector*)
`
