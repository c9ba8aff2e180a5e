/** Who claims to speak, to whom, and what the user is not to know. Notation: src/rules/index.ts. */
export const authority = String.raw`
# authority T1401
override high 55/62/60 (admin override|system override|developer override|security override|security_bypass|security bypass|root override|
    override code|safety override)
directive high 40/60/50 (system directive|system notice|priority instruction|priority_instruction|hidden directive|secret instruction|
    secret directive|context update|context_update|important system|urgent system|system instruction|administrator message|admin message|
    message from your operator|message from your developer|message from the developer|message from your creator|
    message from your administrator|message from the administrator|message is from your|message is from the developer|
    message is from the administrator|message is from the system|message is from the operator|updated by the administrator|
    updated by your)
claim medium 45/50/50 T1102 (i am your|i'm your|this is your|i am the|this is the|as your|i am an|as an) 4 (developer|creator|
    administrator|admin|operator|system administrator|programmer|supervisor|system owner|security auditor|authorised engineer|
    authorized engineer)
mode medium 35/45/45 T1102 (admin mode|maintenance mode|god mode|sudo mode|developer mode|root mode|administrator mode|unrestricted mode|
    administrative mode|jailbreak mode|debug mode|debugging mode|test mode|privileged mode|unlocked mode|free mode)
enter-mode high 62/50/50 T1102 (you are now|you are|operating in|enabled) 12 (admin mode|
    maintenance mode|god mode|sudo mode|developer mode|root mode|administrator mode|unrestricted mode|administrative mode|jailbreak mode|
    debug mode|debugging mode|privileged mode|unlocked mode)
switch-mode medium 45/50/45 T1102 (enter|activate|enable|switch to|engage) 12 (admin mode|
    maintenance mode|god mode|sudo mode|developer mode|root mode|administrator mode|unrestricted mode|administrative mode|jailbreak mode|
    debug mode|debugging mode|privileged mode|unlocked mode)
# privilege T1401
grant high 50/50/50 (grant|give|allow|granted|elevate|elevated|escalate|privilege level) 20 (admin|administrator|root|full|elevated|
    unrestricted|superuser|sudo) 10 (access|privilege*|rights|permission*|mode|level)
suspend medium 35/50/50 (disable|disabled|suspended|suspend|deactivate|without additional|without further|turn off|
    lift) 24 (security|restriction*|safety|authorization|authentication|confirmation|approval|guardrails|content filter|validation checks)
accepted medium 35/50/50 (access code|override code|password|clearance|passcode)_(accepted|verified|granted)
# consent T1001
permission high 45/58/60 (permission|clearance|authorisation|authorization)_(from)_(openai|anthropic|google|your developers|the security team)/(creator|
    developer|administrator|admin|operator|owner|company|security team)_(has given me|gave me|granted me|has granted me)
ordered medium 30/50/60 (the user|your operator|the administrator|your administrator|your developer|the owner|your owner|the operator)_(has asked|asked|
    wants|authorises|authorizes|orders|requires|has ordered|has authorised|has authorized|instructs)_(you to)
claimed medium 30/55/60 (user has already consented|user already consented|user has already approved|user has already agreed|
    has pre-approved|user has authorized|user has authenticated|user wants you to|user has asked you to|user consented|
    no confirmation needed)
# address T1102
attention medium 30/58/50 (attention)_(ai|assistant|assistants|agent|agents|llm|llms|language model|chatbot)
machine medium 30/58/50 (note to|notes to|note for|message for|instruction for|instruction to|notice for|notice to|hint for|
    mandatory for|developer note for|directive for|orders for|todo for|next step for|action required for|hidden note) 12 ai
machine-label medium 30/58/50 (critical for|critical to|urgent for|urgent to|important for|addressed to|task for) 12 ai:
greeting medium 10/50/45 (dear|hey|ok|okay)_ai
guide low 20/35/35 (instructions for|instructions to|important for|guidance for) 12 ai
reader medium 25/58/50 (if you are|if you're|if you happen to be|whenever you are|in case you are|when you are) 4 (an ai|ai|
    a language model|language model|an llm|a llm|llm|a large language model|a bot|an automated|automated agents|a chatbot|chatbot|an artificial|
    an assistant|the assistant|an agent|any ai)
agents-must medium 30/58/50 (ai|llm|llms|language models|assistants|agents|ai agents|ai models|ai systems|chatbots|
    assistant) 12 (reading this|processing this|summarizing this|parsing this|that read this|who read this|is instructed to|viewing this|grading this|
    ranking this|summarising this)
once-read medium 25/57/50 (as soon as|once|the moment)_(you read|you have read)_(this)/(as soon as|once|the moment)_(you see)_(this line|
    this text|this note|this sentence|this instruction|this,*)
llm-label medium 40/58/50 (llm|ai|gpt|assistant|agent|model|bot)_(instruction|instructions|directive|command|notice|task|order):
you-are-now medium 42/57/50 (you are now|you're now|you will now be|you are no longer)_(acting|going|my|free of|free from|called|bound|
    operating|
    chatgpt|dan|unrestricted|talking|an ai|an assistant|a language model|an unrestricted|an evil|an unfiltered)
from-now-on medium 35/45/40 (you are now|from now on|from this point on|starting now|henceforth|from here on|from now,*|you will now)
from-now-order medium 42/57/50 (from now on|from this point on|starting now|henceforth|from here on|from this moment) 2 imperative
from-now-you medium 42/57/50 (from now on|from this point on|starting now|henceforth|from this moment on|from now on,|from this point on,|
    starting now,|
    henceforth,)_(you)_(are|will|must|should|shall|only|have to|act|answer|respond|reply|speak|work|obey)
future medium 25/57/50 (for all|for any|in all|in any)_(further|future|following|later)_(answers|messages|conversations|responses)
future-request medium 25/57/50 (for all|for any|in all|in any)_(further|future|following|later)_(requests) 2 imperative/(answer|execute|
    respond)
while-reading medium 25/57/50 (while|when|after|before)_(summarising|summarizing|translating|correcting|answering|reading) 3 (also|instead)
ai-must medium 20/57/50 (ai|llm|llms|language model|chatbot|automated agents|ai agent|assistant|summariser|summarizer) 2 (must|
    has to) 2 imperative
agent-must medium 20/40/57 (agent) 2 (must|has to) 2 imperative
when-processing medium 35/57/50 (when summarizing this|when summarising this|when you summarize this|when you process this|
    when processing this|before giving your final answer|before giving your answer|
    in your next response|in the next tool call|to every link you|include in your response|in your final response to the user|
    before you can solve)
robot medium 30/57/50 (to verify that you are|to prove that you are) 24 (approve|cancel|change|delete|disable|execute|invite|mark|repeat|run|store|
    subscribe|transfer|unlock|visit)
your-answer low 20/35/30 (before you answer|before you respond|before responding|before answering|after reading this|when reading this|
    in your summary|in your response|in your answer|in your reply|your reply|when asked about)
# conceal T1001
do-not-tell high 50/65/65 not 4 (tell|telling|inform|informing|notify|notifying|alert|alerting|warn|warning|mention|mentioning) 12 user
let-know high 50/65/65 not 4 (let) 12 user 4 (know|see|notice|find out|learn|realise|realize|suspect)
unseen medium 30/30/45 (silently|secretly|covertly|discreetly|without review|do not log|not be logged|between us|
    not recorded in|not documented in|do not show this|never mention it|do not mention it)
silently medium 30/50/50 (comply silently|keep this hidden|keep this secret|keep this confidential|
    keep it hidden|keep it secret|hide this from|hidden from the user|without the user knowing|without the user's knowledge|
    do not display this|without asking the user|without user consent|delete the sent|remove traces of|any traces of|all traces of)
step high 50/60/60 (do not mention this|don't mention this|never mention this|do not mention that|never reveal that|do not reveal that|
    do not disclose this|do not acknowledge)
confirm medium 20/40/40 (no confirmation is needed|no need to confirm|no need to ask|do not ask for confirmation|don't ask for confirmation|
    without asking for confirmation|without confirmation|
    without additional confirmation|skip the confirmation|do not ask the user|don't ask the user|so don't ask|without asking)
`
