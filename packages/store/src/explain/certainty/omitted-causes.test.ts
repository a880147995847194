import { verifyRun } from "@llm-sim/events/read";
import { BaseEngine, defineSimulation, runSimulation, type World } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import { openStore } from "../../index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";

const SEEN = 90;

interface Crowd extends World {
  global: Record<string, number>;
  agents: Record<string, { mood: number }>;
}

class CrowdEngine extends BaseEngine<Crowd> {
  static readonly memory = "none";
  readonly actions = {};

  override initialState(): Crowd {
    const signs = Array.from({ length: SEEN }, (_, at) => [`sign${at}`, at] as const);
    return { global: { sum: 0, ...Object.fromEntries(signs) }, agents: { ann: { mood: 0 } } };
  }

  override afterActions(): void {
    this.rule("sum", (draft) => {
      const signs = Object.entries(draft.global).filter(([name]) => name !== "sum");
      draft.global.sum = this.turn + signs.reduce((all, [, sign]) => all + sign, 0);
    });
  }
}

const reader = Object.assign(
  (observation: unknown) => ({ decision_type: "read", new_value: JSON.stringify(observation).length }),
  { memory: "none" },
);

describe.each([
  [undefined, 64, 4096],
  [8, 8, 8],
  [200, 200, 200],
])("with events.max_causes %s", (max_causes, ofDecision, ofRule) => {
  it(`a decision names at most ${ofDecision} causes, a rule ${ofRule}, and what is left out is a gap`, () =>
    inTemporaryDirectory(async (outputDir) => {
      const simulation = defineSimulation({
        name: "crowd",
        turns: 2,
        engine: CrowdEngine,
        agents: [{ name: "ann", agent: reader }],
        events: { max_causes },
      });
      const options = { outputDir, simulationId: "crowd", verbosity: "STATE", signals: false } as const;
      const { directory = "" } = await runSimulation(simulation, options);
      expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
      const store = openStore(outputDir, { sidecar: false });
      try {
        const run = await store.openRun("crowd");
        const events = (await run.query({ turn_start: 2 })).events();
        const decision = events.find(({ event_type }) => event_type === "DECISION");
        const rule = events.find(({ event_type }) => event_type === "DETAIL");
        const isCut = ofDecision < SEEN;
        expect(decision?.caused_by?.length).toSatisfy((named: number) =>
          isCut ? named === ofDecision : named > SEEN,
        );
        expect(decision?.causes_omitted !== undefined).toBe(isCut);
        expect(rule?.caused_by?.length).toSatisfy((named: number) =>
          ofRule < SEEN ? named === ofRule : named > SEEN,
        );
        const { complete, gaps } = await run.explain.why({ event_id: decision?.event_id ?? "" });
        expect({ complete, kinds: [...new Set(gaps.map(({ kind }) => kind))] }).toEqual({
          complete: !isCut,
          kinds: isCut ? ["causes_omitted"] : [],
        });
      } finally {
        await store.close();
      }
    }));
});
