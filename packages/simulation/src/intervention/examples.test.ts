import { join } from "node:path";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it, vi } from "vitest";
import { loadConfig, type Override, type Simulation } from "../index.ts";
import { TwoRuns, testClaim } from "./claim.test.fixture.ts";
import {
  changesOf,
  type DecisionIntervention,
  isIntervention,
  withDecision,
  withVariable,
} from "./interventions.test.fixture.ts";
import { type Recording, recorded } from "./recording.test.fixture.ts";

// What the examples' modules import is what runs here.
vi.mock("@llm-sim/simulation", () => import("../index.ts"));

const ROOT = join(import.meta.dirname, "../../../..");
/** How many interventions of each kind; all of them with `npm run test:causes`. */
const MOST = Number(process.env.CAUSES_EXAMPLES ?? 6);

interface Example {
  config: string;
  turns: number;
  changed?: number[];
  /** How many times as many interventions. */
  times?: number;
  more?: Override[];
}

const EXAMPLES: Record<string, Example> = {
  market: { config: "examples/market/simulation.yaml", turns: 8 },
  "prisoners-dilemma": { config: "examples/prisoners-dilemma/simulation.yaml", turns: 8 },
  commons: { config: "examples/commons/simulation.yaml", turns: 10 },
  epidemic: {
    config: "examples/epidemic/simulation.yaml",
    turns: 7,
    changed: [3, 4, 5],
    // Of what a person read of the others, most makes no difference on most days: it takes many to tell how precise it is.
    times: 4,
    // Few people, and few of them ill: where everybody knows somebody who is ill, one more makes no difference.
    more: [
      { path: "agents.0.count", value: 10 },
      { path: "engine.params.neighbours", value: 4 },
      { path: "engine.params.first_cases", value: 1 },
    ],
  },
  "the template of init": { config: "packages/cli/template/simulation.yaml", turns: 8 },
};

function whatReads(event: Event): string {
  if (event.event_type === "DETAIL") return `${event.agent_id ?? ""} ${event.calculation_type}`;
  return `${event.agent_id ?? ""} ${event.event_type === "ACTION" ? event.action_type : event.event_type}`;
}

/**
 * Of what an agent's decision, an action or a rule is caused by as a variable that it read: how much of it made a difference to what
 * came of it, in the turn at whose beginning it was changed, under any of the changes.
 */
class Precision {
  readonly #tested = new Set<string>();
  readonly #telling = new Set<string>();

  note(left: Recording, right: Recording, turn: number): void {
    const { left: side } = new TwoRuns(left, right);
    for (const event of left.events) {
      if (event.turn_number !== turn || event.event_type === "MILESTONE" || event.event_type === "STATE")
        continue;
      for (const cause of left.causesOf(event)) {
        if (cause.event_type !== "STATE" || cause.turn_number >= turn) continue;
        if (!side.readsWhatDiffers(cause, event)) continue;
        const pair = `${whatReads(event)} ${cause.agent_id ?? ""}.${cause.variable_name}`;
        this.#tested.add(pair);
        if (side.hasOtherOutcome(event)) this.#telling.add(pair);
      }
    }
  }

  get tested(): number {
    return this.#tested.size;
  }

  get share(): number {
    return this.#telling.size / this.#tested.size;
  }
}

/** Spread over all, in steps that are not all the same: every agent has its variables in one order. */
function some<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(items.length, most);
  return Array.from(Array(count).keys()).flatMap(
    (index) => items[Math.floor((index * items.length) / count)] ?? [],
  );
}

describe.each(Object.entries(EXAMPLES))(
  "%s",
  { timeout: 600_000 },
  (name, { config, turns, changed = [2, 4], times = 1, more = [] }) => {
    const overrides = [{ path: "simulation.turns", value: turns }, ...more];
    const load = (): Promise<Simulation> => loadConfig(join(ROOT, config), { overrides });

    it.each(["STATE", "DETAIL"] as const)("with one thing changed, at %s", async (verbosity) => {
      const simulation = await load();
      const left = await recorded(simulation, verbosity);
      const precision = new Precision();
      let differing = 0;
      const unexplained: string[] = [];
      const compare = async (other: Simulation, turn: number, decision?: DecisionIntervention) => {
        const right = await recorded(other, verbosity);
        const claim = testClaim(left, right, (event) => isIntervention(event, decision));
        differing += claim.differing;
        expect(claim.gaps).toBe(0);
        unexplained.push(...claim.unexplained.map(({ run, text }) => `${run}: ${text}`));
        if (!decision) precision.note(left, right, turn);
      };
      for (const turn of changed) {
        for (const change of some(changesOf(left, turn), MOST * times))
          await compare(withVariable(simulation, change), turn);
        for (const { id: agent_id } of some(simulation.agents, MOST / 2))
          await compare(withDecision(simulation, { turn, agent_id }), turn, { turn, agent_id });
      }
      const share = (1 - unexplained.length / differing) * 100;
      console.log(
        `${name} at ${verbosity}: ${differing} differing events, ${share.toFixed(2)} % with a cause that tells; precision ${precision.share.toFixed(2)} of ${precision.tested} reads`,
      );
      expect(unexplained.slice(0, 3)).toEqual([]);
      expect(differing).toBeGreaterThan(0);
      expect(precision.share).toBeGreaterThanOrEqual(0.5);
    });
  },
);
