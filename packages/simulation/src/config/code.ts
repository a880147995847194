import { didYouMean } from "@llm-sim/events/naming";
import { type AgentType, isAgentType } from "../agent/index.ts";
import { placeText, sourcePlace } from "../answer/index.ts";
import { importLlm, LLM_PACKAGE } from "../asking/index.ts";
import { BUILT_IN } from "../builtin/index.ts";
import type { BaseEngine, EngineSetup } from "../engine/index.ts";
import { messageOf } from "../run/index.ts";
import type { Validator, ValidatorSetup } from "../validator/index.ts";
import { ConfigError } from "./config-error.ts";
import type { ModuleLoader } from "./module-loader.ts";
import { originalType } from "./python-original.ts";
import type { ConfigPath, ConfigSource } from "./source.ts";

/** The `type` of agents that ask a language model. */
export const LLM_TYPE = "llm";

export const ROLES = ["engine", "agent", "validator"] as const;
export type Role = (typeof ROLES)[number];

const EXPECTED: Record<Role, string> = {
  engine: "a class that extends BaseEngine",
  agent: "a class with decide(), or a decide function",
  validator: "a class with validate()",
};

/** What a config can name as a `type`. Params are parsed before anything is made of it. */
export interface CodeOf {
  engine: new (setup: EngineSetup) => BaseEngine;
  agent: AgentType;
  validator: new (setup: ValidatorSetup) => Validator;
}

/**
 * Finds the code behind a `type`: a built-in name, or a path to a module relative to the config, `./agents.ts`, with
 * the export's name behind a `#` where the module has several: `./agents.ts#Greedy`. Without a name it is the export
 * called `engine`, `agent` or `validator`, or else the only one that can be one.
 *
 * @param path where in the config the type stands
 */
export async function findCode<R extends Role>(
  role: R,
  type: string,
  loader: ModuleLoader,
  source: ConfigSource,
  path: ConfigPath,
): Promise<CodeOf[R]> {
  if (role === "agent" && type === LLM_TYPE) return llmAgent(role, source, path);
  if (!isPath(type)) return builtIn(role, type, source, path);
  const [file = "", name] = type.split("#");
  const found = loader.find(file);
  if (found === undefined) {
    return source.refuse(
      "CONFIG_MODULE_NOT_FOUND",
      `there is no file ${file}; paths are relative to the config`,
      path,
    );
  }
  let exported: Record<string, unknown>;
  try {
    exported = await loader.load(found);
  } catch (error) {
    return source.refuse(
      "CONFIG_MODULE_FAILED",
      `${file} cannot be loaded: ${messageOf(error)}${placeText(sourcePlace(error, loader.directory))}`,
      path,
      error,
    );
  }
  const chosen = name === undefined ? theOne(role, exported) : exported[name];
  if (isCode(role, chosen)) return chosen;
  const names = Object.keys(exported);
  const fitting = names.filter((other) => isCode(role, exported[other]));
  if (name !== undefined && name in exported) {
    return source.refuse(
      "CONFIG_EXPORT_MISSING",
      `${name} of ${file} is no ${role}: expected ${EXPECTED[role]}`,
      path,
    );
  }
  const problem =
    name !== undefined
      ? `${file} does not export ${name}${didYouMean(name, names) || listed(names)}`
      : fitting.length > 1
        ? `${file} exports several that can be the ${role} (${fitting.join(", ")}); name one, as in ${file}#${fitting[0]}`
        : `${file} exports no ${role}: expected ${EXPECTED[role]}${listed(names)}`;
  return source.refuse("CONFIG_EXPORT_MISSING", problem, path);
}

function isPath(type: string): boolean {
  return /^\.{0,2}\//.test(type) || /\.[cm]?[jt]s(#|$)/.test(type);
}

/** The class of agents that ask a language model. */
async function llmAgent<R extends Role>(role: R, source: ConfigSource, path: ConfigPath): Promise<CodeOf[R]> {
  const message = `agents of type ${LLM_TYPE} ask a language model, which needs a package that is not installed: npm install ${LLM_PACKAGE}`;
  const loaded = await importLlm(
    (cause) => new ConfigError(source.file, [source.problem("CONFIG_NEEDS_MODEL", message, path)], { cause }),
  );
  const code: unknown = Reflect.get(loaded, "LlmAgent");
  return isCode(role, code)
    ? code
    : source.refuse("CONFIG_NEEDS_MODEL", `${LLM_PACKAGE} is of another version`, path);
}

function builtIn<R extends Role>(role: R, type: string, source: ConfigSource, path: ConfigPath): CodeOf[R] {
  const known: Record<string, unknown> = BUILT_IN[role];
  const code = Object.hasOwn(known, type) ? known[type] : undefined;
  if (isCode(role, code)) return code;
  const names = Object.keys(known);
  return source.refuse(
    "CONFIG_UNKNOWN_TYPE",
    `unknown ${role} ${JSON.stringify(type)}: expected ${names.join(", ")}, or a path such as ./my-${role}.ts${didYouMean(type, names)}${originalType(type)}`,
    path,
  );
}

function theOne(role: Role, exported: Record<string, unknown>): unknown {
  if (exported[role] !== undefined) return exported[role];
  const fitting = Object.values(exported).filter((value) => isCode(role, value));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** By what it has, not by `instanceof`: the module may have come with another copy of this package. */
function isCode<R extends Role>(role: R, value: unknown): value is CodeOf[R] {
  if (typeof value !== "function") return false;
  if (role === "agent") return isAgentType(value);
  const prototype: unknown = value.prototype;
  const method = role === "engine" ? "runTurn" : "validate";
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    typeof Reflect.get(prototype, method) === "function"
  );
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? " (it exports nothing)" : ` (it exports ${names.join(", ")})`;
}
