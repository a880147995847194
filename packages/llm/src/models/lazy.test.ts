import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const IMPORT = /^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?["']([^"']+)["']/gm;

/** All that is loaded with a built module, by name where it is a package. */
function loadedWith(module: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(module.href)) return seen;
  seen.add(module.href);
  for (const [, name = ""] of readFileSync(module, "utf8").matchAll(IMPORT)) {
    if (name.startsWith(".")) loadedWith(new URL(name, module), seen);
    else seen.add(name);
  }
  return seen;
}

it("the client of models is loaded with the first one that is made: a run that plays from a tape never needs it", () => {
  const packages = [...loadedWith(new URL("../../dist/index.js", import.meta.url))];
  expect(packages).toContain("@llm-sim/simulation");
  expect(packages.filter((name) => name === "ai" || name.startsWith("@ai-sdk/"))).toEqual([]);
  const client = [...loadedWith(new URL("../../dist/client/ai-client.js", import.meta.url))];
  expect(client).toContain("ai");
});
