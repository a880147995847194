// A fork and a resume from a checkpoint are what they are from the start: every event, and what stands beside the log.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputOfTest, record } from "../again/again.test.fixture.ts";
import { canonicalLog, type DecideFunction, forkRun, resumeRun, type Simulation } from "../index.ts";
import { leftOutOf } from "../intervene/index.ts";
import { child, doer, hamlet, sitter } from "../roster/hamlet.test.fixture.ts";
import { IDS, scriptOf, TURNS, TYPES, village } from "./random-village.test.fixture.ts";
import { worldOf } from "./random-world.test.fixture.ts";

const RUNS = Number(process.env.CAUSES_RUNS ?? 3);
const SEED = Number(process.env.CAUSES_SEED ?? 1);
const output = outputOfTest();

const linesOf = (directory: string): string[] =>
  readFileSync(join(directory, "events.jsonl"), "utf8").split("\n").filter(Boolean);
const eventsOf = (directory: string): Event[] => linesOf(directory).map((line) => JSON.parse(line));

/** What of a run is to be the same whichever way it was made. */
function all(id: string, directory = join(output.directory, id)) {
  const { counts, calls, status, ended_by } = readManifest(directory) ?? {};
  return {
    log: canonicalLog(eventsOf(directory)),
    summary: readFileSync(join(directory, "summary.json"), "utf8").replaceAll(id, "ID"),
    manifest: { counts, calls, status, ended_by },
  };
}

/** What is made otherwise, of each kind. */
function changeIn(events: readonly Event[], turn: number, which: number, variable: string) {
  const inTurn = events.filter((event) => event.turn_number === turn);
  const without = inTurn.filter((event) => {
    try {
      return leftOutOf(event, inTurn);
    } catch {
      return false;
    }
  });
  const one = without[which % without.length];
  const decider = inTurn.find((event) => event.event_type === "DECISION");
  if (which % 3 === 1 && one) return { without: [one.event_id] };
  if (which % 3 === 2 && decider?.event_type === "DECISION")
    return { decide: [{ agent_id: decider.agent_id, decision: { decision_type: "other" } }] };
  return { set: [{ variable, value: 9 }] };
}

/** A copy of a run that was killed in the middle of a turn. */
function killedIn(turn: number, id: string): string {
  const copy = join(output.directory, id, "recorded");
  cpSync(join(output.directory, "recorded"), copy, { recursive: true });
  const lines = linesOf(copy);
  const at = lines.findIndex((line) => JSON.parse(line).turn_number === turn);
  writeFileSync(
    join(copy, "events.jsonl"),
    lines
      .slice(0, at + 2)
      .map((line) => `${line}\n`)
      .join(""),
  );
  // A checkpoint is written when what it is of is in the log.
  for (const name of readdirSync(join(copy, "checkpoints")))
    if (Number(/\d+/.exec(name)?.[0]) >= turn) rmSync(join(copy, "checkpoints", name));
  const { ended_by: _, end_time: __, ...manifest } = JSON.parse(readFileSync(join(copy, "run.json"), "utf8"));
  writeFileSync(join(copy, "run.json"), JSON.stringify({ ...manifest, status: "running" }));
  return copy;
}

/** The same, which says that it keeps nothing from turn to turn. */
function declared(decide: DecideFunction): DecideFunction {
  const same: DecideFunction = (view, context) => decide(view, context);
  return Object.assign(same, { memory: "none" });
}

/** @returns from which checkpoint it was made, if from any */
async function sameBothWays(
  simulation: Simulation,
  verbosity: "STATE" | "DETAIL",
  which: number,
  variable = "global.p",
) {
  const run = await record(simulation, output.directory, { verbosity });
  const events = eventsOf(run);
  const last = Math.max(...events.map((event) => event.turn_number));
  const turn = 2 + (which % Math.max(1, last - 1));
  let skipped: number | undefined;
  try {
    if (turn > last) return undefined;
    const common = { simulation, turn, ...changeIn(events, turn, which, variable), onWarning: () => {} };
    const from = await forkRun(run, { ...common, checkpoint: true, simulationId: "skipping" });
    skipped = from.checkpoint;
    const start = await forkRun(run, { ...common, checkpoint: false, simulationId: "starting" });
    expect(start.checkpoint).toBeUndefined();
    const { troubles, turns, stats } = from.run;
    expect({ troubles, turns, by_type: stats.by_type }).toEqual({
      troubles: start.run.troubles,
      turns: start.run.turns,
      by_type: start.run.stats.by_type,
    });
    expect(all("skipping")).toEqual(all("starting"));
    const killed = [killedIn(turn, "killed"), killedIn(turn, "killed-too")] as const;
    const [resumed] = [
      await resumeRun(killed[0], { simulation, checkpoint: true, signals: false }),
      await resumeRun(killed[1], { simulation, checkpoint: false, signals: false }),
    ];
    expect(resumed.resumed.checkpoint).toBe(skipped);
    expect(all("recorded", killed[0])).toEqual(all("recorded", killed[1]));
    return skipped;
  } finally {
    for (const id of ["recorded", "skipping", "starting", "killed", "killed-too"])
      await rm(join(output.directory, id), { recursive: true, force: true });
  }
}

describe.each(["STATE", "DETAIL"] as const)("at %s", { timeout: 600_000 }, (verbosity) => {
  it(`a fork from a checkpoint is the one from the start, in ${RUNS} simulations made at random`, async () => {
    const used: (number | undefined)[] = [];
    const tape = fc.array(fc.nat(999), { maxLength: 160, size: "max" });
    const property = fc.asyncProperty(
      tape,
      fc.nat(999),
      fc.constantFrom(1, 2),
      async (numbers, which, every) => {
        const simulation = { ...worldOf(numbers).simulation(false), checkpoint_interval: every };
        used.push(await sameBothWays(simulation, verbosity, which));
      },
    );
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    expect(used.filter((turn) => turn !== undefined).length).toBeGreaterThan(RUNS / 2);
  });

  it(`the same where people come, go and sit out, in ${RUNS} villages made at random`, async () => {
    const used: (number | undefined)[] = [];
    const property = fc.asyncProperty(village, fc.nat(999), async ({ steps, agents }, which) => {
      const types = Object.fromEntries(
        agents.map((type, index) => [IDS[index] ?? "", declared(TYPES[type] ?? sitter)]),
      );
      const simulation = hamlet(scriptOf(steps), {
        agents: types,
        turns: TURNS,
        checkpoint_interval: 1,
        agent_types: { child: declared(child), doer: declared(doer) },
      });
      used.push(await sameBothWays(simulation, verbosity, which, "bread"));
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    expect(used.filter((turn) => turn !== undefined).length).toBeGreaterThan(RUNS / 2);
  });
});
