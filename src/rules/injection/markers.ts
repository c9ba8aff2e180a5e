/** Text that pretends to be another speaker. Notation: src/rules/index.ts. */
export const markers = String.raw`
# markers T1102
chat-template high 62/62/70 = <|im_start  <|im_end  <|im_sep  <|system  <|user  <|assistant  <|endoftext  <|eot_id  <|start_header_id
    <|end_header_id  <|begin_of_text  <|end|>  <|start|>  <|message|>  <|channel|>  <|prompter  <|priority  <<sys>>
    <start_of_turn>  <end_of_turn>  <|tool  <|turn  <|human  <|bot  <|instruction
inst medium 40/62/70 = [inst]  [/inst]
section high 50/60/60 = ### instruction  ###instruction  ### system:  ###system  ### new instruction  ### human:  ### assistant:
    ### user:  [system message  [system instruction  [system directive  [system note  [system override  [priority_instruction
    (system_message)  {{system}}  {{ system  [system]  (system)  [[system  <<system  <system_message  <system_instruction
    <system_override  <system>  </system>  <admin_  <override
hidden-comment high 60/70/80 T1402 = <!-- system  <!--system  <!-- instruction  <!-- assistant  <!-- ai   <!-- ai:  <!-- agent:  <!-- llm
    <!-- prompt  <!-- ignore all  <!-- ignore previous  <!-- hidden  /* system:  // system:  [//]: # (system  <!-- note to
comment-order medium 20/30/60 T1402 (<!--*) 3 imperative
tag medium 20/40/55 T1001 = <important>  <hidden>  <secret>  <instructions>  <instruction>  <mandatory>  </important>  </hidden>
    <information>  <critical_
label medium 30/40/40 !label (system|assistant|developer|admin|human|system message|system note|system prompt|system notice|
    llm instruction|ai instruction|hidden instruction|note to ai):
dialogue medium 30/50/50 (human|user): 200 (assistant):
turns medium 40/57/55 (human): 240 (assistant):
role-json medium 35/35/45 = "role": "system"  "role":"system"  'role': 'system'
ai-field high 50/60/60 = "instructions_for_ai  "ai_instructions  "system_override  "_system_override  "llm_instructions  "assistant_instructions
    "instructions_for_llm  "instructions_for_assistant  "instructions_for_agent  "agent_instructions_override  "assistant_note  "ai_instruction  "note_to_llm  "note_to_ai  "model_directive
    "hidden_command  "prompt_injection  "__instructions__
# closing T1102
tag medium 30/40/35 = </data>  </document>  </documents>  </context>  </user_input>  </user>  </tool_result  </function_results
    </function_calls  </untrusted  </email>  [end of  ---end  ===end  ---[end  --- end of  end of text]  <function_calls  <tool_call
    </article>  </webpage>
`
