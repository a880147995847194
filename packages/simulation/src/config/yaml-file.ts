import { readFile } from "node:fs/promises";
import type * as z from "zod";
import { messageOf } from "../run/index.ts";
import { ConfigError } from "./config-error.ts";
import { configProblems, expectedText } from "./config-problems.ts";
import type { Override } from "./overrides.ts";
import { ConfigSource } from "./source.ts";

export interface YamlFileOptions {
  /** Put into the file's value in this order, before it is checked. */
  overrides?: readonly Override[];
  /** Where the file lies, where messages are to name it otherwise. */
  path?: string;
  /** What it says, where that is known. */
  text?: string;
  /** What messages call the file. Default `config`. */
  called?: string;
}

/** A YAML file that a schema has taken, and where in it everything stands. */
export interface YamlFile<T> {
  value: T;
  source: ConfigSource;
}

/**
 * Reads a YAML file and holds it to a schema.
 *
 * @throws ConfigError with file, line and column of each problem, and the nearest valid name
 */
export async function readYamlFile<S extends z.ZodType>(
  file: string,
  schema: S,
  { overrides = [], called = "config", path = file, text }: YamlFileOptions = {},
): Promise<YamlFile<z.output<S>>> {
  const source = new ConfigSource(file, text ?? (await readText(file, path, called)), overrides, called);
  const given = source.value ?? {};
  const parsed = schema.safeParse(given, { error: expectedText });
  if (parsed.success) return { value: parsed.data, source };
  const [first, ...more] = configProblems(parsed.error.issues, source, schema, given);
  if (!first) throw parsed.error;
  throw new ConfigError(source.file, [first, ...more]);
}

async function readText(file: string, path: string, called: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = missing
      ? `there is no such ${called}; give the path of a YAML file`
      : `the ${called} cannot be read: ${messageOf(error)}`;
    throw new ConfigError(file, [{ code: "CONFIG_NOT_FOUND", message, path: [] }], { cause: error });
  }
}
