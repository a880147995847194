import { verifyRun } from "@llm-sim/events/read";
import { VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { canonicalLog } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import { play } from "./testing/play.ts";

const CONFIGS = [
  "market/simulation.yaml",
  "prisoners-dilemma/simulation.yaml",
  "commons/simulation.yaml",
  "commons/restraint.yaml",
  "epidemic/simulation.yaml",
];

describe.each(CONFIGS)("%s", (config) => {
  const path = `${import.meta.dirname}/${config}`;

  it.each(VERBOSITY_LEVELS)("leaves a log at %s that verify accepts", async (verbosity) => {
    await play(path, { verbosity }, async ({ directory, summary, events }) => {
      expect(summary).toMatchObject({ status: "completed", stats: { dropped: 0, pending: 0 } });
      expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
      expect(events.every(({ description }) => description)).toBe(true);
    });
  });

  it("leaves the same canonical log each time", async () => {
    const turns = { path: "simulation.turns", value: 12 };
    const log = () =>
      play(path, { verbosity: "DETAIL", overrides: [turns] }, ({ events }) => canonicalLog(events));
    expect(await log()).toEqual(await log());
  });
});
