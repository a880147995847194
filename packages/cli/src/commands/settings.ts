import type { Setting } from "@llm-sim/simulation";
import { wrongCall } from "../failure/index.ts";

/** What `--set` was given. */
export async function settingsOf(texts: readonly string[]): Promise<Setting[]> {
  const { parseSetting } = await import("@llm-sim/simulation");
  return texts.map((text) => {
    try {
      return parseSetting(text);
    } catch (error) {
      throw wrongCall(`--set ${error instanceof Error ? error.message : String(error)}`, error);
    }
  });
}
