/** Orders to forget orders, and what takes their place. Notation: src/rules/index.ts. */
export const override = String.raw`
# override T1102
previous-instructions high 95 override 24 previous 24 instruction
instructions-above high 90 override 20 instruction 4 (above|you were given|you have been given|you were told|you received|given to you|
    so far|previously|earlier|before this|up to now)
your-instructions high 65/65/60 override 8 (your|my|the system|openai*|safety|ethical|moral|built-in|developer*|the rules|given) 16 instruction
any-instructions medium 65/45/50 override 8 yours 16 instruction
previous-content high 65/54/60 override 16 previous 12 content
content-above high 65/70/70 override 16 content 4 (above|before this|so far|previously|earlier|you were given|you were told)
void-above high 60/62/60 (instruction|instructions|rules|guidelines|constraints|directives|orders|prompts|restrictions|context) 3 (above|so far|before this line) 10 (void|
    no longer apply|do not count|can be ignored|cancelled)
decoy high 60/62/60 (above|so far) 4 (is|was|has been) 2 (a warm-up|only a warm-up|just a warm-up|a decoy|only a decoy|just a decoy)
everything high 70/75/75 override/(discard*|dismiss) 4 everything 24 (above|before|previous*|prior|earlier|said|told|learned|know|so far|instructed|were)
everything-bare high 62/50/50 (ignore|disregard|forget|ignoring|forgetting)_(everything and|everything else|all that|the above|all of the above|all the above|all of that|all this|
    all previous|all prior|any previous|any prior|what i said|whatever i said|what you were told|what you know|your training|that you are|who you are|everything above|everything before)
weak-verb medium 60/50/60 overrideWeak 20 previous 20 instruction
void high 60/65/65 earlier 8 (instructions|rules|directives|
    guidelines|orders|prompt|task|restrictions|policies|instruction) 20 (void|
    no longer apply|overridden|revoked|are suspended|do not count|can be ignored)
void-orders high 60/65/65 earlier 8 (instructions|directives|guidelines|orders|prompt|restrictions) 20 (cancelled|canceled)
outdated medium 60/45/50 earlier 8 (instructions|rules|directives|
    guidelines|orders|prompt|task|restrictions|policies|instruction) 20 (obsolete|outdated|invalid|no longer valid|superseded|have been updated|
    has been updated|have changed|have been replaced|expired|not apply|lifted|have been removed)
suspended high 57/60/60 (guardrails|filters|policies|restrictions|safety features|safety checks|moderation|safeguards|limitations) 20 (suspended|lifted|disabled|
    turned off|deactivated) 12 (for this session|for this user|for you|until further notice|for the test|in this conversation|now)
exempt high 60/62/60 (you are|you have been|you were|consider yourself|this session|this user|this conversation|current conversation) 8 (exempt|free|freed|released|
    liberated)_(from)/(not subject to|outside of) 20 (restriction*|limitation*|filters|moderation|censor*|guidelines|chains|constraints|safety|content polic*)
fiction high 55/58/55 (simulation|test|game|drill|exercise|fiction|hypothetical|fictional) 4 (so) 3 (ignoring|breaking|skipping|bypassing)
precedence medium 45/60/60 T1401 outranks 12 (all|any|every|other|previous|prior|following|security|safety|
    descriptions|later|your) 20 (instruction*|directive*|guideline*|descriptions|message*|prompt*)
precedence-rules medium 45/60/60 T1401 outranks 12 (following|security|safety|later) 20 (rules|rule|polic*|checks)
security high 50/54/55 T1401 (ignore|disregard|forget|bypass|override) 12 (security|safety|authentication|authorization|safeguards|
    guardrails|ethics|content policy|content filter|validation|safety checks)
security-all high 50/57/57 T1401 (ignore|disregard|forget|bypass|override)_(all|any|every|your) 12 (security|safety|safeguards|guardrails|ethics|
    validation)
unbound high 75 (no longer|not|never|without being|not be|no longer be)_(bound|restricted|limited|constrained|governed|confined)_(by|
    to) 24 (guideline*|rule|rules|polic*|instruction*|restriction*|law|laws|ethic*|moral*|limit*|constraint*|openai)
user medium 50/57/57 (ignore|disregard|forget|nevermind|never mind) 6 (the question|the user|the user's|user's request|
    the query|the task|my question|what the user|every other instruction|all other instruction*|all other request*|all other task*|
    following instructions|any following instruction*|all following instruction*)
rest medium 45/57/57 (skip the rest and|drop the rest|ignore the rest and|ignore the rest of the text|ignore the rest of the document|
    ignore the rest of this|ignore the rest.*|forget the rest|skip every other instruction|skip all following|
    nevermind the|never mind the)
# orders T1102
new-task medium 45/60/50 (new|updated|revised|real|actual) 8 (instruction|instructions|task|
    directive|directives|objective|assignment|mission)_(is|are|follows|follow|is as|begins)/(instruction|instructions|task|priority|plan|
    directive|directives|orders|objective|assignment|mission|instruction for you):
your-new medium 50/57/50 (your new|your only|your sole|your real|your actual) 12 (task|instruction*|goal|objective|mission|purpose|
    directive)
your-new-role medium 50/57/50 (your new|your only|your sole|your real|your actual) 12 (role|job|assignment|identity|output) 2 (is|will be|
    must be|should be)
your-real medium 50/57/50 (your only|your sole|your real|your actual) 4 (role|job|assignment|identity|output):
stop-task medium 45/60/50 (stop what you are doing|stop what you're doing|stop everything|task above is complete|instead of the task above|
    instead of the task,*|instead of summarizing|instead of answering|
    instead of translating|stop summarizing|do not translate|do not summarize|don't translate|don't summarize|forget the task|
    forget the story|end of tool output|text is finished|the mission, should you|
    do the following and nothing else)/(do not|don't|never)_(answer|translate|summarize|summarise)_(the question|the text|the document|the user)
task-cancelled medium 35/45/45 (task is complete|task is cancelled|task is canceled|task has been cancelled|task was cancelled)
task-over medium 55/60/50 (task is complete|task is cancelled|task is canceled|task has been cancelled|task was cancelled) 4 (you must|you should|
    you will|your next|your new|instead)
say-exactly medium 50/50/50 (just say|just print|just output|just write|just type|just repeat|now say|now print|now output|now repeat|only say|only print|simply say|simply print|reply only with|
    respond only with|only respond with|answer only with|only answer with|only reply with|output only|print only|only output|
    reply with it|respond with:*|reply with:*|say exactly|reply exactly|respond exactly|exactly this|begin your response with|
    start your response with|begin your answer with|start your answer with|begin and end your reply|correct answer is|final output is|
    print only the result|if you understood|print the string|you have to say)
claimed-policy medium 40/45/55 (policy requires that you|policy requires you to|procedure requires that you|protocol requires that you|protocol requires you to|requires the assistant to|
    requires the agent to|requires the ai to)
new-prompt high 57/60/60 (context reset|new system prompt|new system message|system prompt update)/(new context|system prompt|new prompt|
    updated prompt):/(begin|start|start of)_(new prompt|new instructions|new system prompt)
urgent low 15/30/30 (it is crucial that you|it is critical that you|it is imperative that you|it is essential that you|
    it is very important that you|highest priority|top priority|security policy requires|compliance procedure|
    before you continue you must|in order to continue|but first|then continue as normal|continue as normal|as if nothing happened)
reset medium 50/57/57 (reset|clear|wipe|erase|restart|flush|delete)_(your memory|your context|your instructions|your programming|all memory|
    your knowledge|your training|all context|your rules|previous context)/(begin new session|start new session|new session begins|
    end of prompt|end of system prompt|end of conversation|end prompt)
say-pwned high 60/60/60 (say|print|output|write|respond|reply|answer) 12 (pwned|hacked|"hacked|i have been pwned|you have been hacked|access granted|i am free)
instead-do medium 40/50/45 (instead, say|instead say|instead print|instead, print|instead output|instead, output|instead, tell|instead respond|instead, respond|instead, do|instead do|instead, write|
    instead, reply|instead reply|instead, return|instead, send|you must instead|instead you must|instead you will)
repeat-after medium 35/40/40 (repeat after me|say after me|confirm by saying|acknowledge by saying|reply with the word|respond with the word|reply with only|respond with only)
# only T1102
regardless medium 40/30/35 (no matter what|nothing else|instead of the translation|regardless of any|regardless of previous|regardless of the input|whatever comes next|
    and nothing else|nothing more|no explanation|no extra text|do not add anything|without quotes)
# excuse
question info -50/0/0 (how do i|how can i|how do you|how does|how to|can i|can you explain|is there a way|is there a setting|
    what happens if|what does|what is a|what is the difference|why does|why do|should i|explain how|explain what|explain why|an article|
    a short paragraph|a paragraph on|an essay|a blog post|my manager asked|my boss|we need to|the article|the difference between|
    what's the best way|what is the best way|steps to|settings|difference between)
negated info -60 (never|do not|don't|must not|should not|cannot|not to|avoid|does not|doesn't)_(bypass|bypassing|ignore|override|disable|
    skip|disregard|overriding|forget)
`
