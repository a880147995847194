import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isConfigError, isRunError, loadConfig, type RunError } from "../index.ts";
import { run } from "../run/village.test.fixture.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "llm-sim-place-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** TypeScript of which much goes away when it is compiled. */
const RULES = `import { BaseEngine, type Decision } from "@llm-sim/simulation";
import * as z from "zod";

interface Shop {
  open: boolean;
}
enum Mood { Glad, Sad }
type Word =
  | "one"
  | "two";
function over(a: string): string;
function over(a: number): string;
function over(a: unknown): string { return String(a) as Word satisfies string; }
class Held { constructor(protected readonly x: number, private y?: Shop) {} }

export class Rules extends BaseEngine {
  readonly actions = {
    sell: this.action(z.strictObject({}), () => {
      const mood: Mood = Mood.Glad;
      throw new Error("the till is stuck"); // 20
    }),
  };
  override afterActions(): void {
    this.rule("growth", (draft) => {
      (draft.global as { nothing: { grows: number } }).nothing.grows = Number(over(1)); // 25
    });
  }
}
export class Waits { decide(): Decision { return { decision_type: "wait" }; } }
export class Sells {
  decide(): Decision { return { decision_type: "sell", actions: [{ action_type: "sell" }] }; }
}
export const fails = (): Decision => {
  throw new TypeError("no idea"); // 34
};
export class Broken extends Rules {
  override observe(): unknown {
    return new Held(1).missing.gone; // 38
  }
}
`;

async function runOf(engine: string, agent: string) {
  await writeFile(join(directory, "rules.ts"), RULES);
  await writeFile(
    join(directory, "sim.yaml"),
    `simulation: { name: shop, turns: 1 }
engine: { type: ./rules.ts#${engine} }
agents: [{ name: ann, type: ./rules.ts#${agent} }]
`,
  );
  return run(await loadConfig(join(directory, "sim.yaml")));
}

describe("an error of the author's code", () => {
  it.each([
    ["a rule", "Rules", "Waits", "rule growth", "Cannot set properties of undefined (setting 'grows')", 25],
    ["an action", "Rules", "Sells", "action sell of ann", "the till is stuck", 20],
    [
      "observe",
      "Broken",
      "Waits",
      "observe for ann",
      "Cannot read properties of undefined (reading 'gone')",
      38,
    ],
  ])(
    "in %s names it, and the file and line as its author sees them",
    async (_, engine, agent, during, message, line) => {
      const { error, events } = await runOf(engine, agent);
      const place = `rules.ts:${line}`;
      expect(failure(error).message).toBe(`shop failed in turn 1: ${during}: ${message} (${place})`);
      expect(events.find((event) => event.event_type === "SYSTEM")).toMatchObject({
        error_type: "engine_error",
        description: `Failed in turn 1: ${during}: ${message} (${place})`,
        details: { error: message, during, at: { file: "rules.ts", line } },
      });
    },
  );

  it("in decide names file and line too", async () => {
    const { events } = await runOf("Rules", "fails");
    expect(events.find((event) => event.event_type === "SYSTEM")).toMatchObject({
      error_type: "agent_error",
      description: "ann could not decide: no idea (rules.ts:34)",
      details: { error: "no idea", at: { file: "rules.ts", line: 34 } },
    });
  });

  it("while a module is loaded names the file that threw", async () => {
    await writeFile(join(directory, "inner.ts"), "type A = string;\n\nthrow new Error('not today');\n");
    await writeFile(join(directory, "outer.ts"), "import './inner.ts';\n");
    await writeFile(
      join(directory, "sim.yaml"),
      "simulation: { name: shop, turns: 1 }\nengine: { type: ./outer.ts }\nagents: [{ name: ann, type: trader }]\n",
    );
    const error: unknown = await loadConfig(join(directory, "sim.yaml")).catch((caught: unknown) => caught);
    expect(isConfigError(error) && error.message).toContain("cannot be loaded: not today (inner.ts:3)");
  });
});

function failure(error: unknown): RunError {
  if (!isRunError(error)) throw new Error(`Not a failed run: ${String(error)}`);
  return error;
}
