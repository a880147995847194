/** Whose name may stand before a model's: `openai/gpt-4o`, `models/gemini-2.5-flash`, `us.anthropic.claude-…`, or a folder's path. */
const VENDOR = /^(?:(?:us|eu|apac|global)\.)?(?:anthropic|meta|mistral|cohere|amazon|deepseek|openai|qwen)\./;
/** What tells one issue of a model from another: a date, or a number for one. */
const ISSUE =
  /[-@](20\d{2}-?[01]\d-?[0-3]\d|[0-3]\d-20\d{2}|2[0-9][01]\d|[01]\d[0-3]\d|0\d\d)(?:-v\d+(?::\d+)?)?$|-v\d+:\d+$/;
const LATEST = /[-:@](?:latest|default)$/;

/** A model's name without provider, and its issue apart. */
export interface ModelName {
  base: string;
  /** `20240806`, `0613`, `002`; `undefined` where the name has none, or says `latest`. */
  issue: string | undefined;
}

export function modelName(id: string): ModelName {
  const bare = (id.trim().toLowerCase().split("/").at(-1) ?? "")
    .replace(VENDOR, "")
    .replace(/\.gguf$/, "")
    .replace(LATEST, "");
  const found = ISSUE.exec(bare);
  if (found === null || found.index === 0) return { base: bare, issue: undefined };
  return { base: bare.slice(0, found.index), issue: found[1]?.replaceAll("-", "") };
}

/**
 * Whether the model that has answered is another than the one that was asked, beyond a provider's name before it, `-latest`, and a date
 * where only one of the two has one: `gpt-4o` may be answered by `gpt-4o-2024-08-06`, `gpt-4o-2024-08-06` not by `gpt-4o-2024-11-20`.
 *
 * @param served as the server says; absent: it does not, and nothing is known
 */
export function isSubstituted(asked: string, served: string | undefined): boolean {
  if (served === undefined || served.trim() === "") return false;
  const one = modelName(asked);
  const other = modelName(served);
  if (one.base !== other.base) return true;
  return one.issue !== undefined && other.issue !== undefined && one.issue !== other.issue;
}
