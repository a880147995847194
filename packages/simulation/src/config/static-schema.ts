import * as z from "zod";
import { declaredSchema, type StaticSchema } from "../agent/index.ts";
import { ConfigError } from "./config-error.ts";
import { configProblems, expectedText } from "./config-problems.ts";
import type { ConfigPath, ConfigSource } from "./source.ts";

/**
 * What a class makes of a part of the config: parsed by its static schema; as it is where it has none.
 *
 * @throws ConfigError that points at what is wrong
 */
export function parseFor(
  code: object,
  name: StaticSchema,
  given: object,
  source: ConfigSource,
  path: ConfigPath,
): unknown {
  const schema = declaredSchema(code, name);
  if (!schema) return given;
  const parsed = z.safeParse(schema, given, { error: expectedText });
  if (parsed.success) return parsed.data;
  const [first, ...more] = configProblems(parsed.error.issues, source, schema, given, path);
  if (!first) throw parsed.error;
  throw new ConfigError(source.file, [first, ...more]);
}
