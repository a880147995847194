import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { ConfigError, type ConfigErrorCode, type ConfigProblem } from "./config-error.ts";
import { applyOverride, type Override } from "./overrides.ts";

export type ConfigPath = readonly (string | number)[];

/** The text of a config, what it says, and where it says it. */
export class ConfigSource {
  /** As messages name it. */
  readonly file: string;
  /** What messages call the whole of it. */
  readonly called: string;
  /** What the file says, with the overrides in place. */
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #overridden: { path: ConfigPath; source: string }[] = [];
  /** What was filled in, and where it came from. */
  readonly #filled: { path: ConfigPath; from: ConfigPath }[] = [];

  /** @throws ConfigError where the text is not YAML, or an override has no place */
  constructor(file: string, text: string, overrides: readonly Override[], called = "config") {
    this.file = file;
    this.called = called;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    const [error] = this.#document.errors;
    if (error) {
      const [start] = error.linePos ?? [];
      const [message = ""] = error.message.split(/ at line \d+/);
      throw new ConfigError(file, [
        {
          code: "CONFIG_NOT_YAML",
          message: `not YAML: ${message}`,
          path: [],
          line: start?.line,
          column: start?.col,
        },
      ]);
    }
    let value: unknown = this.#document.toJS();
    if (value === null || value === undefined) {
      const message = "it is empty: expected simulation, engine and agents (llm-sim init makes an example)";
      throw new ConfigError(file, [{ code: "CONFIG_MISSING_KEY", message, path: [], line: 1, column: 1 }]);
    }
    for (const override of overrides) {
      const applied = applyOverride(value, override);
      if ("problem" in applied) {
        throw new ConfigError(file, [
          { code: "CONFIG_INVALID_OVERRIDE", message: applied.problem, path: [], override: shown(override) },
        ]);
      }
      value = applied.value;
      this.#overridden.push({ path: applied.path, source: shown(override) });
    }
    this.value = value;
  }

  /** What there is at `path` was filled in by what stands at `from`: that is where a problem with it is. */
  filledFrom(path: ConfigPath, from: ConfigPath): void {
    this.#filled.push({ path, from });
  }

  /** A problem with what stands at `path`; with `key`, with that key of it. */
  problem(code: ConfigErrorCode, message: string, path: ConfigPath, key?: string): ConfigProblem {
    const whole = key === undefined ? path : [...path, key];
    const override = this.#overridden.findLast(
      (other) =>
        other.path.length >= path.length && startsWith(other.path, whole.slice(0, other.path.length)),
    );
    if (override && startsWith(whole, override.path)) {
      return { code, message, path, override: override.source };
    }
    const filled = this.#filled.find((other) => startsWith(whole, other.path));
    if (filled) return { ...this.problem(code, message, filled.from), path };
    const { line, col } = this.#lines.linePos(this.#offset(path, key));
    return { code, message, path, line, column: col };
  }

  /** @throws ConfigError with this problem */
  refuse(code: ConfigErrorCode, message: string, path: ConfigPath, cause?: unknown): never {
    throw new ConfigError(this.file, [this.problem(code, message, path)], { cause });
  }

  /** Where the value starts, or its key; the innermost that is there, where something on the way is missing. */
  #offset(path: ConfigPath, key: string | undefined): number {
    let node = this.#resolve(this.#document.contents);
    let offset = node?.range?.[0] ?? 0;
    for (const step of path) {
      const next = this.#resolve(memberOf(node, step)?.value);
      if (!next) return offset;
      node = next;
      offset = next.range?.[0] ?? offset;
    }
    return (key === undefined ? undefined : memberOf(node, key)?.key?.range?.[0]) ?? offset;
  }

  #resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }
}

function memberOf(
  node: Node | undefined,
  step: string | number,
): { key: Node | undefined; value: unknown } | undefined {
  if (isSeq(node)) return { key: undefined, value: node.items[Number(step)] };
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    if (isScalar(key) && String(key.value) === String(step)) return { key, value };
  }
  return undefined;
}

function startsWith(path: ConfigPath, beginning: ConfigPath): boolean {
  return beginning.every((step, index) => String(path[index]) === String(step));
}

function shown({ path, source }: Override): string {
  return source ?? path;
}
