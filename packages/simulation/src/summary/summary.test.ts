import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Curves, readSummary, readSummaryHead, summaryFileSchema } from "@llm-sim/events/run";
import type { JsonValue } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { summaryText, writeSummary } from "./index.ts";

const directory = mkdtempSync(join(tmpdir(), "llm-sim-summary-"));
afterAll(() => rmSync(directory, { recursive: true }));

function write(
  curves: Curves,
  turn: number,
  variable: string,
  value: JsonValue | undefined,
  agent?: string,
): void {
  const change = value === undefined ? "removed" : undefined;
  curves.wrote(
    {
      agent_id: agent,
      variable_name: variable,
      new_value: value ?? null,
      change,
    },
    turn,
  );
}

function read(curves: Curves, turns: number, maxBytes?: number) {
  const tried = { decisions: 0, failures: 0, actions: 0, refusals: 0 };
  writeSummary(
    directory,
    summaryText({ simulation_id: "s", turns, tried, refusals: [], failures: [], curves }, maxBytes),
  );
  const found = readSummary(directory);
  if (!found || !("summary" in found)) throw new Error(`Cannot be read: ${JSON.stringify(found)}`);
  return found.summary;
}

describe("a summary", () => {
  it("holds of each variable its first, last, least and greatest value, and its value at each turn's end", () => {
    const curves = new Curves();
    write(curves, 0, "fish", 100);
    write(curves, 0, "season", "spring");
    curves.endTurn(0);
    write(curves, 1, "fish", 500); // within the turn
    write(curves, 1, "fish", 90);
    write(curves, 1, "hats", 1, "Dr. Smith");
    curves.endTurn(1);
    write(curves, 2, "fish", 90);
    write(curves, 2, "season", undefined);
    curves.endTurn(2);
    write(curves, 3, "fish", 7); // a turn that was cut off
    curves.finish(3);
    expect(read(curves, 3).variables).toEqual([
      {
        variable: "fish",
        first: 100,
        last: 7,
        least: 7,
        least_turn: 3,
        greatest: 500,
        greatest_turn: 1,
        writes: 5,
        points: [
          [0, 100],
          [1, 90],
          [3, 7],
        ],
      },
      { variable: "season", first: "spring", gone: 2, writes: 2, points: [[0, "spring"], [2]] },
      {
        agent_id: "Dr. Smith",
        variable: "hats",
        first: 1,
        last: 1,
        least: 1,
        least_turn: 1,
        greatest: 1,
        greatest_turn: 1,
        writes: 1,
        points: [[1, 1]],
      },
    ]);
  });

  it("holds in which turn a value was first as small or as great as it ever was", () => {
    const curves = new Curves();
    for (const [turn, value] of [5, 2, 9, 2, 9, 4].entries()) {
      write(curves, turn, "x", value);
      curves.endTurn(turn);
    }
    curves.finish(5);
    expect(read(curves, 5).variables).toMatchObject([
      { least: 2, least_turn: 1, greatest: 9, greatest_turn: 2 },
    ]);
  });

  it("tells what a turn under way has changed so far, as often as it is asked, and keeps nothing of that", () => {
    const curves = new Curves();
    write(curves, 0, "x", 1);
    curves.endTurn(0);
    write(curves, 1, "x", 2);
    const soFar = () => [...curves.variables(1)].map(({ points }) => points);
    expect([soFar(), soFar()]).toEqual([
      [
        [
          [0, 1],
          [1, 2],
        ],
      ],
      [
        [
          [0, 1],
          [1, 2],
        ],
      ],
    ]);
    write(curves, 1, "x", 3);
    curves.endTurn(1);
    expect(soFar()).toEqual([
      [
        [0, 1],
        [1, 3],
      ],
    ]);
  });

  it("keeps names apart that a joined one would not, whatever they are", () => {
    const curves = new Curves();
    write(curves, 0, "c", 1, "a.b");
    write(curves, 0, "b.c", 2, "a");
    write(curves, 0, "a.b.c", 3);
    write(curves, 0, "__proto__", 4, "__proto__");
    write(curves, 0, "constructor", 5);
    curves.finish(0);
    expect(
      read(curves, 0).variables.map(({ agent_id, variable, last }) => [agent_id, variable, last]),
    ).toEqual([
      ["a.b", "c", 1],
      ["a", "b.c", 2],
      [undefined, "a.b.c", 3],
      [undefined, "constructor", 5],
      ["__proto__", "__proto__", 4],
    ]);
  });

  it("of a long run has at most a thousand points, spread evenly, each true, the first and the last kept", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 7 }), (turns, step) => {
        const curves = new Curves();
        const valueAt = (turn: number) => Math.floor(turn / step);
        for (let turn = 0; turn <= turns; turn++) {
          if (turn % step === 0) write(curves, turn, "n", valueAt(turn));
          curves.endTurn(turn);
        }
        curves.finish(turns);
        const [variable] = [...curves.variables()];
        const points = variable?.points ?? [];
        expect(points.length).toBeLessThanOrEqual(1_000);
        expect(points[0]).toEqual([0, 0]);
        expect(points.at(-1)?.[1]).toBe(valueAt(turns));
        const at = points.map(([turn]) => turn);
        expect(at).toEqual([...new Set(at)].toSorted((a, b) => a - b));
        for (const [turn, value] of points) expect(value).toBe(valueAt(turn));
        const gaps = at.slice(1, -1).map((turn, index) => turn - (at[index] ?? 0));
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(curves.every + step);
        if (turns < 998) expect(curves.every).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it("thins all out where there are very many variables, at a turn that is no multiple too", () => {
    const curves = new Curves(5_000);
    for (let turn = 0; turn <= 101; turn++) {
      for (let n = 0; n < 100; n++) write(curves, turn, `v${n}`, turn);
      curves.endTurn(turn);
    }
    curves.finish(101);
    const all = [...curves.variables()].map(({ points }) => points ?? []);
    expect(all.flat().length).toBeLessThanOrEqual(5_100);
    for (const points of all) {
      expect([points[0], points.at(-1)]).toEqual([
        [0, 0],
        [101, 101],
      ]);
      for (const [turn, value] of points) expect(value).toBe(turn);
    }
  });

  it("is no larger than it may be: points go first, then variables, which it counts", () => {
    const curves = new Curves();
    for (let turn = 0; turn <= 200; turn++) {
      for (let n = 0; n < 50; n++) write(curves, turn, `variable-${n}`, turn);
      curves.endTurn(turn);
    }
    curves.finish(200);
    const thinned = read(curves, 200, 20_000);
    expect(thinned.variables).toHaveLength(50);
    expect(thinned.every_turns).toBeGreaterThan(1);
    for (const { points = [] } of thinned.variables)
      expect([points[0], points.at(-1)]).toEqual([
        [0, 0],
        [200, 200],
      ]);
    const cut = read(curves, 200, 3_000);
    expect(cut.variables.length + (cut.variables_left_out ?? 0)).toBe(50);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThan(3_000);
  });

  it("leaves out values that are too large to be kept a thousand times", () => {
    const curves = new Curves();
    write(
      curves,
      0,
      "list",
      Array.from({ length: 2_000 }, (_, n) => n),
    );
    write(curves, 0, "short", [1, 2]);
    curves.finish(0);
    expect(read(curves, 0).variables).toEqual([
      { variable: "list", writes: 1 },
      { variable: "short", first: [1, 2], last: [1, 2], writes: 1, points: [[0, [1, 2]]] },
    ]);
  });

  it("has a head that is read without the rest, and is one JSON document", () => {
    const curves = new Curves();
    write(curves, 0, "x", 1);
    const summary = read(curves, 4);
    expect(readSummaryHead(directory)).toEqual({
      summary: { format_version: 2, simulation_id: "s", turns: 4, tried: summary.tried },
    });
    expect(summaryFileSchema.safeParse(summary).success).toBe(true);
  });
});
