// Agents of type `llm`. Words: the persona is who an agent is told it is; a template is a text with places that are filled in; what an
// agent can do is its choice; the conversation is what it remembers; what it does when no answer can be used is its fallback.
export { UNKNOWN_ACTION } from "./choice.ts";
export { DEFAULT_PROMPT, PROMPT_NAMES } from "./default-prompt.ts";
export { LlmAgent } from "./llm-agent.ts";
export { isTemplateError, TemplateError, type TemplatePlace } from "./template/index.ts";
