import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import type { Agent, AgentType } from "../index.ts";
import { BasicValidator, defineSimulation, SimulationOrchestrator } from "../index.ts";
import { idle, run, VillageEngine } from "./village.test.fixture.ts";

interface Made {
  engine?: typeof VillageEngine;
  validator?: typeof BasicValidator;
  agents?: Record<string, AgentType>;
  turns?: number;
}

/** What is warned of in a run of these, and what of it is in the log. */
async function warned({
  engine = VillageEngine,
  validator = BasicValidator,
  agents = { ann: idle },
  turns = 4,
}: Made) {
  const warnings: string[] = [];
  const simulation = defineSimulation({
    name: "village",
    turns,
    engine,
    params: {},
    validator: new validator({ params: BasicValidator.params.parse({}) }),
    agents: Object.entries(agents).map(([name, agent]) => ({ name, agent, initial_state: { wealth: 1 } })),
  });
  const { events, error } = await run(simulation, "MILESTONE", {
    onWarning: (message) => warnings.push(message),
  });
  expect(error).toBeUndefined();
  return { warnings, logged: events.filter((event: Event) => event.event_type === "SYSTEM") };
}

class Counting extends VillageEngine {
  total = 0;
  override afterActions(): void {
    this.total += this.turn;
  }
}

describe("a field that changes from the end of one turn to that of the next", () => {
  it("of an engine is named once, with the turn and what to do", async () => {
    const { warnings, logged } = await warned({ engine: Counting });
    expect(warnings).toEqual([
      'The engine Counting keeps something in its field total from turn to turn (it was 1 at the end of turn 1 and 3 at that of turn 2): what is read of it is among no causes. Keep it in the world, or declare static memory = "outside".',
    ]);
    // That it does not say what it keeps is in run.json: a sound run's milestones are all there is at that level.
    expect(logged).toEqual([]);
  });

  it("is in the log as well where the class declares that there is nothing of the kind", async () => {
    class Denying extends Counting {
      static readonly memory = "none";
    }
    const { warnings, logged } = await warned({ engine: Denying });
    expect(warnings).toEqual([expect.stringContaining('although it declares static memory = "none"')]);
    expect(logged).toMatchObject([
      {
        status: "warning",
        error_type: "untracked_memory",
        turn_number: 2,
        details: { of: "engine", field: "total", declared: "none" },
      },
    ]);
  });

  it("of a validator, and of agents once for all of a type, is named the same way", async () => {
    class Strict extends BasicValidator {
      seen: string[] = [];
      override validate(...given: Parameters<BasicValidator["validate"]>) {
        this.seen.push(given[0].action_type);
        return super.validate(...given);
      }
    }
    class Brooding implements Agent {
      #hidden = 0;
      worries = 0;
      decide() {
        this.worries++;
        this.#hidden++;
        return {
          decision_type: "act",
          actions: [{ action_type: "earn", payload: { amount: this.#hidden } }],
        };
      }
    }
    const { warnings } = await warned({ validator: Strict, agents: { ann: Brooding, bob: Brooding } });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The validator Strict keeps something in its field seen .*there was more or less in it/,
      ),
      expect.stringMatching(/^ann \(Brooding\) keeps something in its field worries .*context\.memory/),
    ]);
  });

  it("is nothing to warn of where the class says that it keeps something outside, or the field is made in the first turn", async () => {
    class Open extends Counting {
      static readonly memory = "outside";
    }
    class Lazy extends VillageEngine {
      table: Map<string, number> | undefined;
      override afterActions(): void {
        this.table ??= new Map([["a", 1]]);
      }
    }
    expect((await warned({ engine: Open })).warnings).toEqual([]);
    expect((await warned({ engine: Lazy })).warnings).toEqual([]);
  });

  it("is not looked for by running code: a getter is left alone", async () => {
    let asked = 0;
    class Getting extends VillageEngine {
      constructor(setup: ConstructorParameters<typeof VillageEngine>[0]) {
        super(setup);
        Object.defineProperty(this, "now", { get: () => ++asked, enumerable: true });
      }
    }
    expect((await warned({ engine: Getting })).warnings).toEqual([]);
    expect(asked).toBe(0);
  });

  it("of a thousand agents is found within the turns that it takes to look at each", async () => {
    class Sleeper implements Agent {
      readonly #id: string;
      woken = false;
      constructor({ id }: { id: string }) {
        this.#id = id;
      }
      decide(_: unknown, { turn }: { turn: number }) {
        if (turn === 3 && this.#id === "a199") this.woken = true;
        return { decision_type: "sleep" };
      }
    }
    const agents = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`a${at}`, Sleeper]));
    const { warnings } = await warned({ agents, turns: 12 });
    expect(warnings).toEqual([expect.stringMatching(/^a199 \(Sleeper\).*it was false .* and true/)]);
  });
});

it("without onWarning, the process is warned", async () => {
  const warnings: string[] = [];
  const listen = ({ message }: Error) => void warnings.push(message);
  process.on("warning", listen);
  const simulation = defineSimulation({
    name: "village",
    turns: 3,
    engine: Counting,
    params: {},
    agents: [{ name: "ann", agent: idle, initial_state: { wealth: 1 } }],
  });
  await new SimulationOrchestrator(simulation, { stream: "off", signals: false }).run();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listen);
  expect(warnings).toEqual([expect.stringContaining("its field total")]);
});
