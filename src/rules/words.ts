import type { WordTable } from './rows.ts'

/** English words by what they do in an attack. */
export const words: WordTable = {
  override:
    "ignore|ignores|ignored|ignoring|disregard*|forget|forgetting|override|overrides|overriding|bypass|bypassing|neglect|circumvent|pay no attention to|do not follow|don't follow|dont follow|stop following|stop obeying|no longer follow|not follow|do not obey|don't obey|disobey|set aside|do not listen to|not bound by|break free from|free from|pay no heed to|take no notice of|unlearn",
  overrideWeak:
    'discard*|dismiss|abandon|drop|cancel|erase|delete|clear|void|nullify|invalidate|skip|wipe|replace|overwrite|reset|supersede*|scrap|nevermind|never mind|throw away|throw out|leave behind|omit|suspend*',
  previous:
    "previous|previously|prior|above|earlier|preceding|foregoing|former|past|initial|original|existing|before|so far|until now|up to now|up to this point|you were given|you were told|you have been given|you've been given|you have been told|you received|you got|given to you|system|pre-existing|preset|predefined|subsequent|hitherto",
  possessive:
    'your|all|any|every|all of your|any of your|these|those|my|all the|openai|anthropic|content|safety|ethical|moral|other|the rules|both',
  instruction:
    'instruction*|directive*|guideline*|prompt*|command|commands|orders|rules|programming|constraint*|restriction*|policies|guidance|guardrails|directions|limitations|commandments|instructed|safeguard*|safety measures|safety protocols|protocols|requests|guides|restraints',
  content:
    'context|conversation|conversations|content|contents|text|texts|task|tasks|message|messages|input|inputs|request|question|questions|assignment*|chat|history|discussion|stuff|words|sentence*|lines|information|training|statements|story|document|data',
  everything:
    'everything|anything|all that|all of that|all this|all of the above|all the above|the above|what i said|what i told you|whatever',
  ai: 'ai|ais|assistant|assistants|agent|agents|llm|llms|language model|language models|chatbot|chatbots|copilot|model|models|gpt|chatgpt|claude|gemini|ai system|automated system|automated systems|bot|bots|ai assistant|ai assistants|ai agent|ai agents|ai model|ai models',
  user: 'user|users|the user|anyone|human|humans|operator|customer|them|owner|him|her|people|person',
  tell: 'tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|reveal|revealing|disclose|disclosing|let|show|showing|report|reporting|ask|asking|warn|warning|acknowledge|say|display|discuss|explain',
  not: "do not|don't|dont|never|without|not|avoid|must not|should not|no need to|refrain from",
  reveal:
    "reveal*|show|print|repeat|output|display|tell|give|share|write|disclose|expose|dump|list|copy|echo|return|leak|recite|provide|summarize|summarise|translate|what is|what are|what's|what was|what were|spell|paste|say|send|type|quote|enumerate|describe|encode|know|see|read",
  promptNoun:
    'system prompt|system prompts|system instructions|system message|your instructions|your prompt|your prompts|your initial|your original|initial prompt|original prompt|hidden instructions|hidden prompt|secret instructions|original instructions|initial instructions|previous instructions|your guidelines|your rules|your directives|your programming|your configuration|your context|instructions you were given|instructions given to you|instructions above|prompt above|text above|everything above|developer message|system text|preprompt|pre-prompt|context window|rules you have to follow|told before|confidential instructions|internal instructions|internal rules|prior instructions|all your instructions',
  secret:
    'password*|secret|secrets|passphrase|api key|api keys|access code|credential*|token|tokens|hidden key|secret key|private key|private keys|access key|ssh key|ssh keys|environment variables|env vars|api_key|apikey|session token|cookies|personal data|chat history|conversation history|contact list|database|emails|files|messages|data|inbox|transactions|records|contents|invoices|customer|medical|logs|history|documents',
  send: 'send|sends|sending|forward|forwards|email|e-mail|post|upload|uploads|transmit*|exfiltrate*|leak|share|transfer|push|mail|deliver|submit|append|pass|attach|include|copy|export|report|relay|sync|fetch|bcc|invite|subscribe',
  place: 'http*|https*|*@*|webhook*|external*|endpoint|attacker*|server|url|remote|public gist|pastebin*',
}
