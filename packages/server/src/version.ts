import { readFileSync } from "node:fs";
import * as z from "zod";

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

/** Of this package; all of llm-sim's packages carry the same. */
export const VERSION = manifest.version;
