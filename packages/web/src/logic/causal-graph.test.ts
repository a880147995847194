import type { CausalityAnswer } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { fakeRun } from "../testing/fake-run.ts";
import { causalGraph } from "./causal-graph.ts";

const run = fakeRun({ turns: 30, agents: Array.from({ length: 12 }, (_, at) => `a${at}`) });
const turnStart = run.find(
  (event) =>
    event.event_type === "MILESTONE" && event.milestone_type === "turn_start" && event.turn_number === 5,
);
const effects = run.filter((event) => event.turn_number >= 5);

function answer(event: Event | undefined, upstream: Event[], downstream: Event[]): CausalityAnswer {
  if (!event) throw new Error("the fake run lacks the event");
  const entry = (one: Event) => ({ ...one, depth: 1 });
  return {
    event_id: event.event_id,
    event,
    upstream: upstream.map(entry),
    downstream: downstream.map(entry),
    missing: [],
    truncated: false,
    complete: true,
    gaps: [],
  };
}

const none = new Set<string>();

describe("the graph of causes and effects", () => {
  const few = answer(turnStart, [], effects.slice(0, 30));

  it("has a node for each event and an edge for each cause that is in it", () => {
    const graph = causalGraph([few], { alone: none, opened: none });
    expect(graph.nodes).toHaveLength(new Set([turnStart, ...effects.slice(0, 30)]).size);
    const ids = new Set(graph.nodes.map(({ id }) => id));
    expect(graph.edges.length).toBeGreaterThan(20);
    for (const { from, to } of graph.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  });

  it("grows by another answer without doubling what both have", () => {
    const more = answer(effects[1], [], effects.slice(20, 40));
    const ids = causalGraph([few, more], { alone: none, opened: none }).nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(40);
  });

  it("folds very many by turn and kind, loses none, and leaves alone what it is told to", () => {
    const selected = turnStart?.event_id ?? "";
    const graph = causalGraph([answer(turnStart, [], effects)], { alone: new Set([selected]), opened: none });
    expect(graph.nodes.length).toBeLessThan(200);
    const members = graph.nodes.flatMap((node) => (node.type === "event" ? [node.event] : node.events));
    expect(new Set(members.map(({ event_id }) => event_id)).size).toBe(graph.events);
    for (const node of graph.nodes)
      if (node.type === "group")
        expect(
          node.events.every((event) => event.turn_number === node.turn && event.event_type === node.kind),
        ).toBe(true);
    expect(graph.nodes.find(({ id }) => id === selected)?.type).toBe("event");
    expect(graph.edges.every(({ from, to }) => from !== to)).toBe(true);
  });

  it("opens a group that is asked for", () => {
    const options = { alone: none, opened: new Set(["6/DECISION"]) };
    const { nodes } = causalGraph([answer(turnStart, [], effects)], options);
    expect(
      nodes.filter(
        (node) =>
          node.type === "event" && node.event.turn_number === 6 && node.event.event_type === "DECISION",
      ),
    ).toHaveLength(12);
  });
});
