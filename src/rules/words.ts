/** English words by what they do in an attack: a name, then alternatives. Notation: src/rules/index.ts. */
export const words = String.raw`
override ignore|ignores|ignored|ignoring|disregard*|forget|forgetting|override|overrides|overriding|bypass|bypassing|neglect|circumvent|
    pay no attention to|do not follow|don't follow|dont follow|stop following|stop obeying|no longer follow|not follow|do not obey|
    don't obey|disobey|set aside|do not listen to|break free from|pay no heed to|take no notice of|unlearn|don't listen to|not listen to|
    do not adhere to|refuse to follow|stop adhering to
overrideWeak discard*|dismiss|abandon|drop|cancel|erase|delete|clear|void|nullify|invalidate|skip|wipe|replace|overwrite|reset|supersede*|
    scrap|nevermind|never mind|throw away|throw out|leave behind|omit|suspend*|do away with|cast aside|put aside|deactivate|quit
previous previous|previously|prior|above|earlier|preceding|foregoing|former|past|so far|until now|up to now|up to this point|
    you were given|you've been given|you have been given|you were told|you have been told|you received|you got|given to you|
    provided to you|before this|hitherto|initial|original|system's|pre-programmed|old|previously given|aforementioned|what came before
yours your|all|any|every|these|those|the system|openai*|content|safety|ethical|moral|other|both|built-in|default|developer*|my|the rules|
    existing|given
instruction instruction*|directive*|guideline*|prompt|prompts|command|commands|orders|rules|programming|constraint*|restriction*|policies|
    guidance|guardrails|directions|direction|limitations|commandments|safeguard*|safety measures|safety protocols|protocols|restraints|
    ethics|principles
content context|conversation|conversations|content|contents|text|texts|task|tasks|message|messages|input|inputs|request|requests|question|
    questions|assignment*|chat|history|discussion|stuff|words|sentence*|information|training|statements|story|document|data|knowledge|
    identity|role
everything everything|anything|all that|all of that|all this|all of the above|all the above|the above|whatever|all of this
ai ai|ais|assistant|assistants|agent|agents|llm|llms|language model|language models|chatbot|chatbots|copilot|models|gpt|chatgpt|claude|
    gemini|automated system|automated systems|bot|bots|automation|summarizer|summariser|reader bot|language assistant
user user|users|human|humans|operator|customer|end user|client|victim|reader|the owner
tell tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|reveal|revealing|disclose|disclosing|warn|warning|
    acknowledge|let
not do not|don't|dont|never|without|must not|should not|avoid|refrain from|not to|cannot|nor
reveal reveal*|show|print|repeat|output|display|tell|give|share|write|disclose|expose|dump|list|copy|echo|return|leak|recite|provide|
    summarize|summarise|translate|what is|what are|what's|what was|what were|spell|paste|quote|enumerate|describe|encode|read out|send|
    type|post|rephrase|reproduce
prompt system prompt|system prompts|system instructions|system message|your instructions|your prompt|your prompts|your initial instruction*|
    your initial message*|
    your original instruction*|your original task|your original message*|initial prompt|original prompt|hidden instructions|hidden prompt|
    hidden context|hidden rules|system tags|my first message|your confidential|confidential rules|secret instructions|original instructions|
    initial instructions|previous instructions|your guidelines|your rules|your directives|your programming|your context|your hidden|
    your system instruction*|your system message*|your system text|your system configuration|your internal|instructions you were given|
    instructions you received|instructions given to you|instructions above|
    prompt above|everything above|developer message|preprompt|pre-prompt|your context window|entire context window|rules you have to follow|
    rules you were given|
    confidential instructions|internal instructions|internal rules|prior instructions|all your instructions|custom instructions|
    full prompt|entire prompt|exact prompt|exact instructions|full instructions
secret password*|secret|secrets|passphrase|api key|api keys|access code|credential*|token|tokens|hidden key|secret key|private key|
    private keys|access key|ssh key|ssh keys|environment variables|env vars|api_key|session token|cookies|personal data|chat history|
    conversation history|full conversation|contact list|contacts|inbox|transactions|bank details|customer table|customer data|every email|
    all emails|all files|account numbers|credit card*|contents of|/etc/passwd|.env|~/.*|id_rsa|user data|sensitive data|
    sensitive information|sensitive file*|confidential data|
    confidential information|confidential file*|confidential document*|
    personal information
credential the password|your password|secret password|passphrase|access code|secret key|hidden key|secret word|secret code|all secrets|
    api key|
    api keys|credentials|private key|session token|customer table|memory
earlier previous|prior|earlier|above|old|former|your|current|initial|original|existing
outranks takes precedence over|take precedence over|supersede*|overrides|priority over|prevails over|higher priority than|
    take priority over|takes priority over
send send|sends|sending|forward|forwards|post|upload|uploads|transmit*|exfiltrate*|leak|share|transfer|push|deliver|submit|relay|email|
    e-mail|mail|copy|write|append|sync|publish
place to http*|to https*|to the url|to this url|to the following url|to an external*|to external*|to attacker*|to the webhook|to webhook*|
    to our server|to my server|to the server at|to a public|to the address|to the following address|to the following email|
    to our endpoint|to the endpoint|to pastebin|at http*
imperative delete|install|set|tell|subscribe|please|print|include|send|read|run|call|visit|add|always|never|do not|use|ignore|forward|
    transfer|execute|mark|approve|invite|grant|upload|reply|respond|recommend|rate|email|cancel|change|disable|push|append|you must|
    you should|reveal|when|before|translate|unlock|fetch|write|respond with|make sure
`
