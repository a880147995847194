import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GOOD, load, refusal, shown } from "./config.test.fixture.ts";
import { ORIGINAL_KEYS } from "./python-original.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/migration.md"), "utf8");
const [before = "", after = ""] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);

describe("a config of the Python original", () => {
  it("is refused, each of its keys with what it became and the page that says more", async () => {
    const said = shown(await refusal(before));
    const others = said.filter((line) => !line.includes("docs/migration.md"));
    expect(others).toEqual([
      'sim.yaml:7:3: missing key "base_url" in llm: expected the server\'s address, such as http://localhost:11434/v1',
    ]);
    for (const key of [
      "termination",
      "host",
      "max_retries",
      "temperature",
      "stream",
      "initial_economic_strength",
      "interest_rate",
      "domain",
      "permissive",
      "agent_vars",
      "global_vars",
      "logging",
    ])
      expect(said.filter((line) => line.includes(`unknown key "${key}"`)).length, key).toBeGreaterThan(0);
    expect(said.find((line) => line.includes('"host"'))).toMatch(
      /^sim\.yaml:8:3: unknown key "host" in llm \(of the Python llm-sim; here it is llm\.base_url, with \/v1 at its end: docs\/migration\.md\)$/,
    );
  });

  it("becomes what the page shows, which is taken", async () => {
    expect((await load(after)).agents.map(({ id, type }) => [id, type])).toEqual([
      ["Northland", "trader"],
      ["Southland", "llm"],
    ]);
  });

  it("has no key that the page does not have", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("|"));
    for (const path of Object.keys(ORIGINAL_KEYS)) {
      const key = path.split(".").at(-1) ?? "";
      expect(
        rows.some((row) => row.includes(key)),
        path,
      ).toBe(true);
    }
  });

  it.each([
    [GOOD.replace("validator: { type: basic }", "validator: { type: always_valid }"), "docs/migration.md"],
    [
      GOOD.replace("{ type: market,", "{ type: econ_llm_engine,"),
      "(of the Python llm-sim; here it is to be written as a module, or one of those: docs/migration.md)",
    ],
    [
      GOOD.replace("    type: trader", "    type: nation"),
      "(of the Python llm-sim; here it is to be written as a module, or one of those: docs/migration.md)",
    ],
    [
      `${GOOD}state_variables: { agents: { wealth: { type: float } } }\n`,
      "(of the Python llm-sim; here it is number: docs/migration.md)",
    ],
    [
      `${GOOD}state_variables: { global: { price: { type: number, min: 0 } } }\n`,
      'did you mean "minimum"? (of the Python llm-sim; here it is minimum: docs/migration.md)',
    ],
    [
      GOOD.replace("model: llama3.1", "model: llama3.1, timeout: 60"),
      "(of the Python llm-sim; here it is a text with a unit: docs/migration.md)",
    ],
  ])("%s", async (text, message) => expect(shown(await refusal(text))[0]).toContain(message));

  it("leaves keys of the same name elsewhere alone", async () => {
    const said = shown(await refusal(GOOD.replace("seed: 7", "seed: 7, host: x")))[0];
    expect(said).toBe(
      'sim.yaml:1:49: unknown key "host" in simulation; expected one of name, turns, max_turns, seed, checkpoint_interval, decide_timeout',
    );
  });
});
