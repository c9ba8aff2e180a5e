/** Be someone without rules. Each family alone is innocent; three together are a jailbreak. Notation: src/rules/index.ts. */
export const persona = String.raw`
# persona T1102
assume low 35/30/30 (act as|acts as|acting as|pretend to be|pretend you are|pretend you're|pretend that you|you will act|
    you are going to act|you are going to pretend|you will pretend|play the role|role play|roleplay as|roleplaying|take on the role|
    assume the role|impersonate|immerse yourself|imagine you are|you will be known as|act like|going to simulate|you must simulate|
    transform into|you will become|today you will|in character as|in the role of|change yourself into)
# named T1102
bot low 30/20/20 (your name is|named|called|known as|stands for|who goes by|as described above) 40 (ai|bot|gpt|chatbot|model|anything|
    character)
# persona2 T1102
stay medium 45/35/35 (stay in character|never break character|remain in character|break character|stay in your role|keep up the act|
    character at all times|out of character|remind you to stay)
# unbound T1102
answer-without high 64/62/60 (respond|answer|reply|speak|talk|act|operate|generate|write|behave|responds|answers|chat|assist|provide|function) 24 (without any|without|free of|with no|free from|beyond)_(restrictions|
    limitations|censorship|ethical|moral|filters|filtering|guidelines|rules|constraints|safety|ethics|restriction|content filters|content policy|limits|boundaries)
restrictions medium 55/50/50 (no|without|without any|free of|free from|zero|remove all|devoid of|from all|have no|has no|lacks|bypass|
    beyond) 12 (restrictions|limitations|censorship|ethics|ethical guidelines|ethical|morals|moral guidelines|moral compass|moral|
    boundaries|inhibitions|content policy|ethical or|rules or|filters or|rules whatsoever|limits|guidelines|filters)
adjective medium 45/40/40 (uncensored|unfiltered|amoral|no limits|limitless|unhinged|unrestricted|immoral|free will|fully unlocked|
    without filter|without filters|not filtered|jailbroken)
shell medium 55/60/50 (become|simulate|emulate|load|open|act as|be) 12 (shell|terminal|console|root session|command line) 12 (no|without|
    without any)_(limits|
    filters|guardrails|policy|policies|restrictions|rules)
# refuse T1102
never medium 50/45/45 (never refuse*|cannot refuse|can not refuse|can't refuse|will not refuse|won't refuse|must not refuse|never say no|
    never decline|cannot say no|do not refuse|always comply|never say you can't|never says no|
    answer any question|answer anything|answer every question|respond to any|respond to anything|do anything i|do anything for|
    do anything you|can do anything|do anything and|say anything|
    generate anything|anything i ask|anything you want|any request|everything i ask|whatever i ask|any question i|without hesitation|
    no matter how|never apologize|not apologize|never warn|no warnings|no disclaimers|without any warnings|never say that|never disclose|
    not allowed to refuse|do not say you|don't say you|will answer any|answer all)/(must obey|will obey|always obey|obeys)_(me|my|the user|
    any|all|every)
# denial T1102
model low 35/20/20 (as an ai language model|as an ai model|as a language model|i'm sorry, but|i cannot fulfill|not an ai|
    you are not an ai|you're not an ai|no longer an ai|not a language model|real person|you are a human|you are human)
# vendor T1102
mention low 20/0/0 (openai|open ai|chatgpt|chat gpt|gpt-4|gpt-3|gpt4)
policy medium 50/40/40 (openai*|open ai*|anthropic*|chatgpt*|chat gpt*|gpt*) 30 (policy|policies|guidelines|restrictions|limitations|
    moral*|ethic*|censor*|filter*|rules)
content-policy medium 40/30/30 (content policy|content policies|content guidelines|use case policy|safety guidelines|safety policies|
    usage policies|ai ethics|community guidelines)
# harm T1102
legality medium 45/35/35 (regardless of|no matter|does not care about|doesn't care about|don't care about|without regard to|
    without regard for|without considering|without consideration|disregards|even if it is|even if it's|even if they are|whether or not|
    including) 24 (legal*|ethic*|moral*|illegal*|unethical*|immoral*|harmful|dangerous|consequences|offensive|inappropriate|controversial)
words low 30/10/10 (illegal or|unethical or|illegal, unethical|illegal and|immoral, unethical|unethical, immoral|immoral and|immoral or|
    illegal acts|illegal activities|harmful or|nsfw|curse words|profanity|explicit content)
# jailbreak T1102
name high 70/70/70 (do anything now|dan mode|jailbroken|jailbreak prompt|jailbreak mode|developer mode enabled|developer mode output|
    opposite mode|evil mode|evil confidant|antigpt|anti-gpt|stay a dan|stay in dan|you are dan|act like dan|as dan,*|as dan.*|stan mode|
    dude mode|
    machiavellian|freed from the typical|broken free|typical confines|evilbot|unfiltered response|two different responses|
    jailbroken response)/(act|acting|respond|answer|reply|speak)_(as dan)
word medium 35/40/40 (jailbreak|jail break|jailbreaking|jailbreaks)
# game T1102
rules low 30/20/20 (hypothetical|fictional world|fictional story|pretend game|let's play|we are going to play|in this game|
    imaginary world|alternate universe|parallel universe|thought experiment|simulation|purely fictional|for educational purposes|
    you have no memory)
`
