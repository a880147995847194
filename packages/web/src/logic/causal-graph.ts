import type { CausalityAnswer } from "@llm-sim/api";
import type { Event, EventType } from "@llm-sim/events/schema";

/** Past so many nodes, those of one turn and kind are drawn as one. */
export const MAX_NODES = 200;

export type GraphNode =
  | { id: string; type: "event"; event: Event }
  | { id: string; type: "group"; turn: number; kind: EventType; events: Event[] };

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
}

export interface CausalGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Events in it, folded ones included. */
  events: number;
}

export interface GraphOptions {
  /** The selected event, and others that must stand alone. */
  alone: ReadonlySet<string>;
  /** Groups that were opened. */
  opened: ReadonlySet<string>;
  maximum?: number;
}

/** Events and who caused whom, from one or more answers, folded by turn and kind where they are too many. */
export function causalGraph(
  answers: readonly CausalityAnswer[],
  { alone, opened, maximum = MAX_NODES }: GraphOptions,
): CausalGraph {
  const events = new Map<string, Event>();
  for (const { event, upstream, downstream } of answers)
    for (const one of [event, ...upstream, ...downstream]) events.set(one.event_id, one);
  const nodes = nodesOf(events, events.size > maximum, alone, opened);
  const nodeOf = new Map(
    nodes.flatMap((node) =>
      node.type === "event"
        ? [[node.id, node.id] as const]
        : node.events.map((event) => [event.event_id, node.id] as const),
    ),
  );
  return { nodes, edges: edgesOf(events, nodeOf), events: events.size };
}

/** Effects that a group of more than this opens into would hide the rest. */
export const MAX_OPENED = 60;

function nodesOf(
  events: ReadonlyMap<string, Event>,
  fold: boolean,
  alone: ReadonlySet<string>,
  opened: ReadonlySet<string>,
): GraphNode[] {
  const groups = new Map<string, Event[]>();
  const nodes: GraphNode[] = [];
  for (const event of events.values()) {
    const group = groupOf(event);
    if (!fold || alone.has(event.event_id)) nodes.push({ id: event.event_id, type: "event", event });
    else groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  for (const [id, members] of groups) {
    const [first] = members;
    if (!first) continue;
    if (members.length === 1 || (opened.has(id) && members.length <= MAX_OPENED))
      for (const event of members) nodes.push({ id: event.event_id, type: "event", event });
    else nodes.push({ id, type: "group", turn: first.turn_number, kind: first.event_type, events: members });
  }
  return nodes;
}

function groupOf(event: Event): string {
  return `${event.turn_number}/${event.event_type}`;
}

function edgesOf(events: ReadonlyMap<string, Event>, nodeOf: ReadonlyMap<string, string>): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const event of events.values())
    for (const cause of event.caused_by ?? []) {
      const [from, to] = [nodeOf.get(cause), nodeOf.get(event.event_id)];
      if (from === undefined || to === undefined || from === to) continue;
      const id = `${from}>${to}`;
      edges.set(id, { id, from, to });
    }
  return [...edges.values()];
}
