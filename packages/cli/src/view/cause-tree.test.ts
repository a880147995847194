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

  it("names what is shown elsewhere where there are few of it, and counts it where there are many", () => {
    const reads = Array.from({ length: 4 }, (_, at) => change(at, `crew-${at}`, `load-${at}`));
    const ids = reads.map(({ event_id }) => event_id);
    const few = change(100, "mast", "height", ids.slice(0, 2));
    const many = change(101, "sail", "area", ids);
    const root = change(9999, "ship", "weight", [...ids, few.event_id, many.event_id]);
    const events = new Map([...reads, few, many].map((event) => [event.event_id, event]));
    const next = (event: { caused_by?: string[] | undefined }) => event.caused_by ?? [];
    const tree = eventTree({ root, events, next, absent: () => undefined }, new Paint(false));
    expect([...treeLines(tree, 120)].slice(-5)).toEqual([
      `├─ STATE      turn 1  ${id(100)}  mast.height changed`,
      `│  ├─ ${id(0)}  (shown elsewhere in the tree)`,
      `│  └─ ${id(1)}  (shown elsewhere in the tree)`,
      `└─ STATE      turn 2  ${id(101)}  sail.area changed`,
      "   └─ 4 more, shown elsewhere in the tree",
    ]);
  });

  it("draws changes of one variable of very many agents, side by side, as one", () => {
    expect(drawn(1000).slice(1)).toEqual([
      "├─ STATE      turns 0 to 2  1,000 of *.load: crew-0, crew-1, crew-2 and 997 more",
      `└─ STATE      turn 0  ${id(9000)}  crew-0.mood changed`,
    ]);
  });
});
