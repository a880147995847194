export { type CommonConfig, commonConfig } from "./common-config.ts";
export {
  ConfigError,
  type ConfigErrorCode,
  type ConfigProblem,
  describeProblem,
  isConfigError,
} from "./config-error.ts";
export { type LlmAgentSettings, llmAgentSchema, recordedTemplates } from "./llm-agent.ts";
export { type LoadOptions, loadConfig, loadRecordedConfig } from "./load-config.ts";
export { type Override, parseAssignment, parseSetting, type Setting } from "./overrides.ts";
export { type ConfigPath, ConfigSource } from "./source.ts";
export { readYamlFile, type YamlFile } from "./yaml-file.ts";
