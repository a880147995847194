import { describe, expect, it } from "vitest";
import { planJobs } from "./plan.ts";

describe("the jobs of a batch", () => {
  it("are all combinations of settings and seeds, seeds changing fastest", () => {
    const jobs = planJobs(
      [],
      [
        { path: "engine.params.rate", values: [0.1, 0.2] },
        { path: "simulation.turns", values: [5] },
      ],
      [1, 2],
    );
    expect(jobs.map((job) => job.label)).toEqual([
      "seed=1 engine.params.rate=0.1",
      "seed=2 engine.params.rate=0.1",
      "seed=1 engine.params.rate=0.2",
      "seed=2 engine.params.rate=0.2",
    ]);
    expect(jobs[3]).toMatchObject({
      seed: 2,
      settings: { "engine.params.rate": 0.2, "simulation.turns": 5 },
    });
    expect(jobs[3]?.overrides.map(({ path, value }) => [path, value])).toEqual([
      ["engine.params.rate", 0.2],
      ["simulation.turns", 5],
      ["simulation.seed", 2],
    ]);
  });

  it("are one where nothing varies", () => {
    expect(planJobs([{ path: "simulation.turns", value: 3 }], [], undefined)).toEqual([
      { label: "", overrides: [{ path: "simulation.turns", value: 3 }], settings: {} },
    ]);
  });

  it("name in each override the flag that it came from", () => {
    const [job] = planJobs([], [{ path: "agents.alice.type", values: ["trader"] }], [7]);
    expect(job?.overrides.map(({ source }) => source)).toEqual([
      "--set agents.alice.type=trader",
      "--seeds 7",
    ]);
  });
});
