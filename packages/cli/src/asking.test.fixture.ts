import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fakeContext, temporaryDirectory } from "./cli.test.fixture.ts";
import { runLlmSim } from "./program.ts";

export interface AskingSimulation {
  /** The config's `llm` block. */
  llm: object;
  agents?: readonly string[];
  turns?: number;
  /** Whether the code says that it keeps nothing from turn to turn. */
  saysItKeepsNothing?: boolean;
}

/** A simulation whose agents ask each turn, by name, for a number of coins, take them, and without an answer take none; one called `hangs` waits no 30 s. */
export function askingSimulation({
  llm,
  agents = ["alice"],
  turns = 1,
  saysItKeepsNothing = false,
}: AskingSimulation): string {
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, "code.mjs"),
    `
import { BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";

export class Pool extends BaseEngine {
  actions = {
    take: this.action(z.strictObject({ coins: z.number() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).coins += payload.coins;
    }),
  };
}

export async function taker({ me }, context) {
  const content = \`\${context.agent_id} has \${me.coins} coins.\`;
  try {
    const schema = z.object({ coins: z.number() });
    const messages = [{ role: "user", content }];
    const timeout = context.agent_id === "hangs" ? "100ms" : "30s";
    const { value } = await context.ask({ purpose: "take", messages, schema, timeout });
    return { decision_type: "take", actions: [{ action_type: "take", payload: value }] };
  } catch {
    return { decision_type: "none" };
  }
}
${saysItKeepsNothing ? 'Pool.memory = taker.memory = "none";' : ""}
`,
  );
  const config = {
    simulation: { name: "asking", max_turns: turns, seed: 1 },
    engine: { type: "./code.mjs#Pool" },
    llm: { model: "llama3.1", ...llm },
    agents: agents.map((name) => ({ name, type: "./code.mjs#taker", initial_state: { coins: 0 } })),
  };
  writeFileSync(join(directory, "sim.yaml"), JSON.stringify(config));
  return directory;
}

/** The command line in this process, its output as one text. */
export async function llmSim(home: string, ...args: string[]) {
  const fake = fakeContext(home, 200);
  const code = await runLlmSim(args, fake.context);
  return { code, text: fake.transcript() };
}
