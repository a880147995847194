import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { includesLevel, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { canonicalLog } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import { play } from "./testing/play.ts";

/** Whose answers come from a tape, so that no other number of turns can be played. */
const TAPED = ["negotiation/simulation.yaml", "town-hall/simulation.yaml"];
const CONFIGS = [
  "market/simulation.yaml",
  "prisoners-dilemma/simulation.yaml",
  "commons/simulation.yaml",
  "commons/restraint.yaml",
  "epidemic/simulation.yaml",
  ...TAPED,
  "../packages/cli/template/simulation.yaml",
];

it("no example names by hand what it read", () => {
  const folders = ["market", "prisoners-dilemma", "commons", "epidemic", "negotiation", "town-hall"].concat(
    "../packages/cli/template",
  );
  const sources = folders.flatMap((folder) => {
    const directory = join(import.meta.dirname, folder);
    return readdirSync(directory).map((file) => readFileSync(join(directory, file), "utf8"));
  });
  expect(sources.join("\n")).toContain("static readonly memory");
  expect(sources.filter((source) => source.includes("lastWrite"))).toEqual([]);
});

// Two seconds on a free machine; the limit is for one that has ten times as much to do.
describe.each(CONFIGS)("%s", { timeout: 120_000 }, (config) => {
  const path = `${import.meta.dirname}/${config}`;

  it.each(VERBOSITY_LEVELS)("leaves a log at %s that verify accepts, with every cause", async (verbosity) => {
    await play(path, { verbosity }, async ({ directory, summary, events }) => {
      expect(summary).toMatchObject({ status: "completed", stats: { dropped: 0, pending: 0 } });
      expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
      expect(events.every(({ description }) => description)).toBe(true);
      // Below ACTION events stand for what is not recorded, and may have more causes than they hold.
      const short = events.filter(({ causes_omitted }) => causes_omitted !== undefined);
      if (includesLevel(verbosity, "ACTION")) expect(short).toEqual([]);
    });
  });

  it("says what each of its classes keeps, none of it unseen, so that its causes are complete", async () => {
    await play(path, { overrides: turnsOf(config, 2) }, ({ directory }) => {
      const { causes } = readManifest(directory) ?? {};
      const kinds = [causes?.engine, causes?.validator, ...Object.values(causes?.agents ?? {})];
      expect(kinds.length).toBeGreaterThan(2);
      for (const kind of kinds) expect(["none", "tracked"]).toContain(kind);
    });
  });

  it("leaves the same canonical log each time", async () => {
    const overrides = turnsOf(config, 12);
    const log = () => play(path, { verbosity: "DETAIL", overrides }, ({ events }) => canonicalLog(events));
    expect(await log()).toEqual(await log());
  });
});

function turnsOf(config: string, value: number) {
  return TAPED.includes(config) ? [] : [{ path: "simulation.turns", value }];
}
