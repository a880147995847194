import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { VerbosityLevel } from "@llm-sim/events/schema";
import { afterEach, beforeEach } from "vitest";
import * as z from "zod";
import {
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type RunOptions,
  runSimulation,
  type Simulation,
  type SimulationDefinition,
  type Validator,
} from "../index.ts";

/** A directory for the runs of a test, which is gone after it. */
export function outputOfTest(): { readonly directory: string } {
  const output = { directory: "" };
  beforeEach(async () => {
    output.directory = await mkdtemp(join(tmpdir(), "llm-sim-again-"));
  });
  afterEach(async () => {
    await rm(output.directory, { recursive: true });
  });
  return output;
}

/** Where a whim of the code shows: what no config and no seed decides. */
export interface Whims {
  agent?: () => number;
  effect?: () => number;
  rule?: () => number;
  hook?: () => number;
  validator?: () => boolean;
  /** Agents' names in the order in which a rule pays them. */
  order?: () => string[];
}

interface Pond {
  global: { fish: number; mood: number };
  agents: Record<string, { caught: number }>;
}

const NAMES = ["cara", "ann", "bob"] as const;

function pondEngine(whims: Whims) {
  return class PondEngine extends BaseEngine<Pond> {
    readonly actions = {
      take: this.action(z.strictObject({ amount: z.number() }), (draft, { agent_id, payload }) => {
        this.agent(draft, agent_id).caught += payload.amount;
        draft.global.fish -= payload.amount;
        if (whims.effect && this.turn === 2) draft.global.mood = whims.effect();
      }),
    };

    override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Pond {
      return { ...super.initialState(agents), global: { fish: 100, mood: 0 } };
    }

    override afterActions(): void {
      this.rule("growth", ({ global }) => {
        global.fish += this.random.integer(1, 3);
        if (whims.rule && this.turn === 2) global.mood = whims.rule();
      });
      if (whims.hook && this.turn === 2) this.detail("weather", { sun: whims.hook() });
      const order = whims.order?.() ?? [];
      this.rule("pay", (draft) => {
        for (const name of order) this.agent(draft, name).caught += 1;
      });
    }
  };
}

/** Three who fish, each at a time of its own: who decides first is another each time. */
export function pond(
  whims: Whims = {},
  more: Partial<
    Pick<SimulationDefinition<unknown>, "turns" | "events" | "checkpoint_interval" | "decide_timeout">
  > & {
    decide?: DecideFunction;
  } = {},
): Simulation {
  const { decide, ...settings } = more;
  const fisher: DecideFunction = async (view, context) => {
    context.detail("water", { cold: context.random.integer(0, 9) });
    await wait(Math.random() * 3);
    const whim = context.agent_id === "bob" && context.turn === 2 ? (whims.agent?.() ?? 0) : 0;
    const amount = context.random.integer(1, 5) + whim;
    if (decide) return decide(view, context);
    return {
      decision_type: "fish",
      new_value: amount,
      actions: [{ action_type: "take", payload: { amount } }],
    };
  };
  const validator: Validator = {
    validate: (_, { turn }) => (turn === 2 && whims.validator?.() ? "not today" : undefined),
  };
  return defineSimulation({
    name: "pond",
    turns: 4,
    seed: 7,
    engine: pondEngine(whims),
    validator,
    agents: NAMES.map((name) => ({ name, agent: fisher, initial_state: { caught: 0 } })),
    ...settings,
  });
}

/** Records a run in `outputDir`. @returns its directory */
export async function record(
  simulation: Simulation,
  outputDir: string,
  options: RunOptions & { verbosity?: VerbosityLevel } = {},
): Promise<string> {
  const { directory } = await runSimulation(simulation, {
    outputDir,
    simulationId: "recorded",
    onWarning: () => {},
    ...options,
  });
  if (directory === undefined) throw new Error("the run has no directory");
  return directory;
}
