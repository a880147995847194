import type { Event } from "@llm-sim/events/schema";
import { openMemoryStream } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { matchedEvents } from "./index.ts";

type Memory = Awaited<ReturnType<typeof openMemoryStream>>;

async function runOf(turn: (scope: ReturnType<Memory["stream"]["startTurn"]>) => void): Promise<Event[]> {
  const memory = await openMemoryStream({ verbosity: "DETAIL", scopes: "explicit" });
  turn(memory.stream.startTurn(1));
  await memory.stream.close();
  return memory.events();
}

/** The matched pairs of what happened in turn 1. */
function told(left: readonly Event[], right: readonly Event[]): (string | boolean | undefined)[][] {
  return matchedEvents(left, right)
    .filter(({ left: one, right: other }) => (one ?? other)?.event_type !== "MILESTONE")
    .map((pair) => [pair.left?.description, pair.right?.description, pair.isSame]);
}

describe("events of two runs", () => {
  it("match by turn, kind, agent, name and the how-many-th they are", async () => {
    const left = await runOf((scope) => {
      scope.state("x", { old_value: 0, new_value: 1 });
      scope.state("x", { old_value: 1, new_value: 2 });
      scope.state("y", { old_value: 0, new_value: 1 });
    });
    const right = await runOf((scope) => {
      scope.state("y", { old_value: 0, new_value: 1 });
      scope.state("x", { old_value: 0, new_value: 2 });
    });
    expect(told(left, right)).toEqual([
      ["x: 0 → 1", "x: 0 → 2", false],
      ["x: 1 → 2", undefined, false],
      ["y: 0 → 1", "y: 0 → 1", true],
    ]);
  });

  it("match where they say the same, though one run has more before them", async () => {
    const write = (from: number, to: number) => ["x", { old_value: from, new_value: to }] as const;
    const left = await runOf((scope) => {
      scope.state(...write(0, 7));
      scope.state(...write(7, 8));
    });
    const right = await runOf((scope) => {
      scope.state(...write(3, 0));
      scope.state(...write(0, 7));
      scope.state(...write(7, 9));
    });
    expect(told(left, right)).toEqual([
      [undefined, "x: 3 → 0", false],
      ["x: 7 → 8", "x: 7 → 9", false],
      ["x: 0 → 7", "x: 0 → 7", true],
    ]);
  });

  it("match where an agent decided on something else", async () => {
    const left = await runOf((scope) => scope.decision("ann", "stay"));
    const right = await runOf((scope) => scope.decision("ann", "go"));
    expect(told(left, right)).toEqual([["ann: stay", "ann: go", false]]);
  });
});
