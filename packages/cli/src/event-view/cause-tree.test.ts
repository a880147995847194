import type { StateEvent } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { Paint, treeLines } from "../terminal/index.ts";
import { eventTree } from "./cause-tree.ts";

const id = (number: number) => `01KAQS1VSG0A1B2C0000${String(number).padStart(6, "0")}`;

function change(number: number, agent: string, name: string, causes: string[] = []): StateEvent {
  return {
    event_id: id(number),
    timestamp: "2026-11-23T07:15:00.000000Z",
    turn_number: number % 3,
    event_type: "STATE",
    simulation_id: "run",
    caused_by: causes,
    description: `${agent}.${name} changed`,
    scope: "agent",
    agent_id: agent,
    variable_name: name,
    old_value: 0,
    new_value: number,
  };
}

function drawn(loads: number): string[] {
  const reads = Array.from({ length: loads }, (_, at) => change(at, `crew-${at}`, "load"));
  const other = change(9000, "crew-0", "mood");
  const root = change(
    9999,
    "ship",
    "weight",
    [...reads, other].map(({ event_id }) => event_id),
  );
  const events = new Map([...reads, other].map((event) => [event.event_id, event]));
  const next = (event: { caused_by?: string[] | undefined }) => event.caused_by ?? [];
  return [...treeLines(eventTree({ root, events, next, absent: () => undefined }, new Paint(false)), 120)];
}

describe("the tree of an event's causes", () => {
  it("draws each change of a few", () => {
    expect(drawn(8)).toHaveLength(1 + 8 + 1);
  });

  it("draws changes of one variable of very many agents, side by side, as one", () => {
    expect(drawn(1000).slice(1)).toEqual([
      "├─ STATE      turns 0 to 2  1,000 of *.load: crew-0, crew-1, crew-2 and 997 more",
      `└─ STATE      turn 0  ${id(9000)}  crew-0.mood changed`,
    ]);
  });
});
