import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { phasesAnswerSchema, variablesAnswerSchema } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lake, record, type Tale, type Telling } from "../explain/told-run.test.fixture.ts";
import { openStore, type Run } from "../index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { evenly } from "./evenly.ts";

function recorded(
  tale: Tale,
  ask: (run: Run, directory: string) => Promise<void>,
  telling: Telling = {},
): Promise<void> {
  return inTemporaryDirectory(async (output) => {
    const { directory } = await record(output, tale, telling);
    const store = openStore(output, { sidecar: false });
    try {
      await ask(await store.openRun("told"), directory);
    } finally {
      await store.close();
    }
  });
}

const twoTurns: Tale = (stream, world) => {
  world.set(stream, "fish", 100);
  world.set(stream, "ann.mood", "glad");
  const first = stream.startTurn(1);
  world.set(first, "fish", 20);
  world.set(first, "fish", 60);
  world.set(first, "__proto__.__proto__", true);
  first.end();
  const second = stream.startTurn(2);
  world.set(second, "fish", 60.5);
  world.set(second, "ann.mood", undefined);
  second.end();
};

describe("the variables of a run without summary.json", () => {
  it("are told from its log: ends, extremes with their turns, and the value at each turn's end", () =>
    recorded(twoTurns, async (run) => {
      const answer = await run.variables();
      expect(variablesAnswerSchema.parse(answer)).toEqual(answer);
      expect(answer).toMatchObject({ from: "log", turns: 2, total: 3, has_more: false, complete: true });
      expect(answer.variables).toEqual([
        {
          variable: "fish",
          first: 100,
          last: 60.5,
          least: 20,
          least_turn: 1,
          greatest: 100,
          greatest_turn: 0,
          writes: 4,
          points: [
            [0, 100],
            [1, 60],
            [2, 60.5],
          ],
        },
        { agent_id: "ann", variable: "mood", first: "glad", gone: 2, writes: 2, points: [[0, "glad"], [2]] },
        {
          agent_id: "__proto__",
          variable: "__proto__",
          first: true,
          last: true,
          writes: 1,
          points: [[1, true]],
        },
      ]);
    }));

  it("are found by their name as it is written, and by agent", () =>
    recorded(twoTurns, async (run) => {
      const names = async (query: Parameters<Run["variables"]>[0]) =>
        (await run.variables(query)).variables.map(({ variable }) => variable);
      expect(await names({ q: "ANN.MO" })).toEqual(["mood"]);
      expect(await names({ agent_id: "ann" })).toEqual(["mood"]);
      expect(await names({ q: "nothing" })).toEqual([]);
      expect(await run.variables({ limit: 1, offset: 1, points: 0 })).toMatchObject({
        variables: [{ variable: "mood", writes: 2 }],
        total: 3,
        has_more: true,
      });
    }));

  it("grow with the log", () =>
    inTemporaryDirectory(async (output) => {
      const { directory } = await record(output, lake(8), { hasManifest: false });
      const path = join(directory, "events.jsonl");
      const lines = readFileSync(path, "utf8").trimEnd().split("\n");
      const store = openStore(output, { sidecar: false, pollInterval: 1 });
      const run = await store.openRun("told");
      const whole = (await run.variables()).variables;
      for (const part of [0.3, 0.31, 0.7, 1]) {
        writeFileSync(path, `${lines.slice(0, Math.ceil(lines.length * part)).join("\n")}\n`);
        await run.variables();
      }
      expect((await run.variables()).variables).toEqual(whole);
      appendFileSync(path, "");
      await store.close();
    }));

  it("say what is missing from the log, and what it does not record", async () => {
    await recorded(
      lake(3),
      async (run) => {
        const { complete, gaps } = await run.variables();
        expect(complete).toBe(false);
        expect(gaps.map(({ kind }) => kind)).toContain("contradiction");
      },
      { lines: (lines) => lines.filter((_, at) => at < 12 || at > 20) },
    );
    await recorded(
      lake(1),
      async (run) => {
        const answer = await run.variables();
        expect(answer).toMatchObject({ from: "none", variables: [], complete: false });
        expect(answer.gaps).toMatchObject([{ kind: "verbosity", needed_verbosity: "STATE" }]);
      },
      { verbosity: "ACTION" },
    );
  });
});

describe("the variables of a run with summary.json", () => {
  const summary = {
    format_version: 2,
    simulation_id: "told",
    turns: 40,
    tried: { decisions: 0, failures: 0, actions: 0, refusals: 0 },
    refusals: [],
    failures: [],
    every_turns: 1,
    variables: [
      {
        variable: "fish",
        first: 0,
        last: 40,
        writes: 41,
        points: Array.from({ length: 41 }, (_, n) => [n, n]),
      },
      { variable: "plan", first: "x".repeat(90), writes: 1, points: [[0, "x".repeat(90)]] },
    ],
    variables_left_out: 7,
  };

  it("are told from it at every verbosity, with as many points as are asked for", () =>
    recorded(
      lake(1),
      async (run, directory) => {
        writeFileSync(join(directory, "summary.json"), JSON.stringify(summary));
        const answer = await run.variables({ points: 10 });
        expect(variablesAnswerSchema.parse(answer)).toEqual(answer);
        expect(answer).toMatchObject({ from: "summary", turns: 40, total: 2, left_out: 7, complete: true });
        expect(answer.variables[0]?.points?.length).toBe(9);
        expect(answer.variables[1]).not.toHaveProperty("points");
      },
      { verbosity: "MILESTONE" },
    ));
});

describe("points that are thinned out", () => {
  it("are at most so many, true, in order, with the first, the last and the extremes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 4, max: 200 }),
        (values, most) => {
          const points = values.map((value, turn): [number, ...JsonValue[]] => [turn, value]);
          const kept = evenly(points, most, values.length - 1);
          expect(kept.length).toBeLessThanOrEqual(most);
          expect(kept.filter((point) => points.includes(point))).toEqual(kept);
          expect(kept.map(([turn]) => turn)).toEqual(kept.map(([turn]) => turn).toSorted((a, b) => a - b));
          expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
          const all = kept.map(([, value]) => Number(value));
          expect([Math.min(...all), Math.max(...all)]).toEqual([Math.min(...values), Math.max(...values)]);
        },
      ),
    );
  });
});

describe("the phases of a run", () => {
  const phased: Tale = (stream, world) => {
    for (let turn = 1; turn <= 6; turn++) {
      const scope = stream.startTurn(turn);
      if (turn === 2) scope.phase("drought");
      if (turn === 4) {
        scope.phase("rain");
        scope.phase("flood", { description: "The river rises" });
      }
      scope.end(world.hashed);
    }
  };

  it("last until the next begins, the last of them to the end", () =>
    recorded(phased, async (run) => {
      const answer = await run.phases();
      expect(phasesAnswerSchema.parse(answer)).toEqual(answer);
      expect(answer.phases.map(({ name, turn_start, turn_end }) => [name, turn_start, turn_end])).toEqual([
        ["drought", 2, 4],
        ["rain", 4, 4],
        ["flood", 4, 6],
      ]);
      expect(answer.phases[2]?.description).toBe("The river rises");
      expect(answer).toMatchObject({ total: 3, has_more: false, complete: true });
      expect(await run.phases({ limit: 1, offset: 1 })).toMatchObject({
        phases: [{ name: "rain" }],
        has_more: true,
      });
    }));

  it("are none where there are none", () =>
    recorded(lake(1), async (run) => {
      expect(await run.phases()).toMatchObject({ phases: [], total: 0 });
    }));
});

describe("what went wrong in a run without summary.json", () => {
  const trouble: Tale = (stream) => {
    const scope = stream.startTurn(1);
    for (const [who, short] of [
      ["ann", 3],
      ["ann", 4],
      ["bob", 5],
    ] as const)
      scope.system("warning", {
        error_type: "validation_error",
        subject_agent_id: who,
        details: { action_type: "buy", reason: `lacks ${short} gold` },
      });
    scope.system("failure", { error_type: "agent_error", subject_agent_id: "bob", description: "no key" });
    scope.system("warning", { error_type: "events_dropped" });
    scope.end();
  };

  it("is told from its log, by agent and reason, as at its end it is from the summary", () =>
    recorded(trouble, async (run) => {
      const { refusals, failures } = await run.details();
      expect(refusals).toEqual([
        {
          agent_id: "ann",
          action_type: "buy",
          error_type: "validation_error",
          reason: "lacks … gold",
          count: 2,
        },
        {
          agent_id: "bob",
          action_type: "buy",
          error_type: "validation_error",
          reason: "lacks 5 gold",
          count: 1,
        },
      ]);
      expect(failures).toEqual([{ agent_id: "bob", error_type: "agent_error", reason: "no key", count: 1 }]);
    }));

  it("is not known where the log holds no refusals", () =>
    recorded(trouble, async (run) => expect(await run.details()).not.toHaveProperty("refusals"), {
      verbosity: "DECISION",
    }));
});
