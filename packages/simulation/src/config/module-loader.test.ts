import { describe, expect, it } from "vitest";
import { load, refusal, shown } from "./config.test.fixture.ts";
import type { ConfigErrorCode } from "./index.ts";

describe("modules", () => {
  const ENGINE = `
    import { BaseEngine } from "@llm-sim/simulation";
    import * as z from "zod";
    import { RATE } from "./lib/rate.ts";
    const params = z.strictObject({ rate: z.number().default(RATE) });
    export class CalmEngine extends BaseEngine<any, z.infer<typeof params>> {
      static readonly params = params;
      readonly actions = {};
    }`;
  const AGENTS = `
    import type { DecideFunction } from "@llm-sim/simulation";
    export const Calm: DecideFunction = () => ({ decision_type: "wait" });
    export class Busy { decide() { return { decision_type: "work" as const }; } }`;
  const FILES = {
    "engine.ts": ENGINE,
    "agents.ts": AGENTS,
    "lib/rate.ts": "export const RATE: number = 0.5;",
  };
  const CONFIG = `simulation: { name: calm, turns: 1 }
engine: { type: ./engine.ts }
agents: [{ name: a, type: ./agents.ts#Calm }, { name: b, type: ./agents.ts#Busy }]
`;

  it("in TypeScript are loaded from any directory, with what they import, and hashed", async () => {
    const { modules, agents } = await load(CONFIG, FILES);
    expect(modules.map(({ path }) => path)).toEqual(["agents.ts", "engine.ts", "lib/rate.ts"]);
    for (const { sha256 } of modules) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(agents.map(({ create }) => typeof create().decide)).toEqual(["function", "function"]);
  });

  it("may be JavaScript, and export the role by name", async () => {
    const files = {
      ...FILES,
      "agents.ts": AGENTS,
      "agent.mjs": "export const other = () => 1; export const agent = () => ({ decision_type: 'x' });",
    };
    const simulation = await load(CONFIG.replace("./agents.ts#Calm", "agent.mjs"), files);
    expect(simulation.agents.map(({ create }) => typeof create().decide)).toEqual(["function", "function"]);
  });

  it.each<[string, Record<string, string>, string, ConfigErrorCode, string]>([
    [
      "that throws",
      { "engine.ts": 'throw new Error("no\\n luck");' },
      CONFIG,
      "CONFIG_MODULE_FAILED",
      "sim.yaml:2:17: ./engine.ts cannot be loaded: no luck (engine.ts:1)",
    ],
    [
      "without the expected export",
      { "engine.ts": "export const foo = 1; export class Bar {}" },
      CONFIG,
      "CONFIG_EXPORT_MISSING",
      "sim.yaml:2:17: ./engine.ts exports no engine: expected a class that extends BaseEngine (it exports Bar, foo)",
    ],
    [
      "with several that could be meant",
      {},
      CONFIG.replace("#Calm", ""),
      "CONFIG_EXPORT_MISSING",
      "sim.yaml:3:27: ./agents.ts exports several that can be the agent (Busy, Calm); name one, as in ./agents.ts#Busy",
    ],
    [
      "without the export that is named",
      {},
      CONFIG.replace("#Busy", "#Bussy"),
      "CONFIG_EXPORT_MISSING",
      'sim.yaml:3:64: ./agents.ts does not export Bussy; did you mean "Busy"?',
    ],
    [
      "with agents whose state JSON cannot carry",
      {},
      CONFIG.replace("#Calm }", "#Calm, initial_state: { x: .nan } }"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:3:60: agents.0.initial_state: State x is NaN, which JSON cannot carry",
    ],
    [
      "whose params are wrong",
      {},
      CONFIG.replace("./engine.ts }", "./engine.ts, params: { rat: 1 } }"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:2:40: unknown key "rat" in engine.params; did you mean "rate"?',
    ],
    ...(
      [
        ['"much"', "a share, such as 0.5"],
        ["-1", "no debts"],
      ] as const
    ).map(([rate, expected]): [string, Record<string, string>, string, ConfigErrorCode, string] => [
      `whose params are ${rate}, of which their schema says what it expects,`,
      { "engine.ts": ENGINE.replace("z.number()", 'z.number("a share, such as 0.5").min(0, "no debts")') },
      CONFIG.replace("./engine.ts }", `./engine.ts, params: { rate: ${rate} } }`),
      "CONFIG_INVALID_VALUE",
      `sim.yaml:2:46: engine.params.rate is ${rate}: expected ${expected}`,
    ]),
  ])("%s are refused", async (_, files, text, code, message) => {
    const error = await refusal(text, { ...FILES, ...files });
    expect(shown(error)[0]).toBe(message);
    expect(error.code).toBe(code);
  });

  it("with a syntax error are refused in one line", async () => {
    const error = await refusal(CONFIG, { ...FILES, "engine.ts": "export class {" });
    expect(error.code).toBe("CONFIG_MODULE_FAILED");
    expect(error.message).toMatch(/^.*sim\.yaml:2:17: \.\/engine\.ts cannot be loaded: .+$/);
  });
});
