import type { Event, StateEvent } from "@llm-sim/events/schema";
import { fit, formatCount, type Paint, plainText, type TreeNode } from "../terminal/index.ts";
import { oneLine } from "./one-line.ts";

/** Changes of one variable of so many agents, side by side, are drawn as one; what led to each is left to --json. */
const MANY = 9;
/** Of events of one parent that are shown elsewhere, so many are named; more are counted. */
const FEW_AGAIN = 2;

/** The events of a tree and how they hang together, whichever way it is walked. */
export interface EventGraph {
  root: Event;
  /** By id; those that are named and not here are out of the tree's reach or missing from the log. */
  events: ReadonlyMap<string, Event>;
  /** Ids of the next events, in the order they are to be shown. */
  next(event: Event): readonly string[];
  /** What is said of an id that is not among the events; `undefined` leaves it out. */
  absent(eventId: string): string | undefined;
}

/**
 * The graph as a tree. An event that can be reached by several ways is shown in full at the first of the shortest ones,
 * and by its id only at the others, so that the tree is as large as the graph; where many are, they are counted.
 */
export function eventTree(graph: EventGraph, paint: Paint): TreeNode {
  const root = nodeOf(graph.root, paint);
  const shown = new Set([graph.root.event_id]);
  const queue = [root];
  for (const node of queue) {
    const next = graph.next(node.event);
    const together = changesTogether(next, graph.events, shown);
    const again = next.filter((id) => shown.has(id));
    const isAgain = new Set(again.length > FEW_AGAIN ? again : []);
    for (const id of next) {
      if (isAgain.has(id)) continue;
      const event = graph.events.get(id);
      const alike = together.get(id);
      if (alike !== undefined) {
        const [first] = alike;
        if (first?.event_id !== id) continue;
        for (const one of alike) shown.add(one.event_id);
        node.children.push({ children: [], label: (cells) => togetherLabel(alike, paint, cells) });
        continue;
      }
      if (!event) {
        const note = graph.absent(id);
        if (note !== undefined) node.children.push(leaf(`${paint.dim(id)}  ${paint.caution(note)}`));
      } else if (shown.has(id)) {
        node.children.push(leaf(paint.dim(`${id}  (shown elsewhere in the tree)`)));
      } else {
        shown.add(id);
        const child = nodeOf(event, paint);
        node.children.push(child);
        queue.push(child);
      }
    }
    if (isAgain.size > 0)
      node.children.push(leaf(paint.dim(`${formatCount(isAgain.size)} more, shown elsewhere in the tree`)));
  }
  return root;
}

/** Changes side by side that have not been shown, of one variable of so many agents: by the id of each. */
function changesTogether(
  ids: readonly string[],
  events: EventGraph["events"],
  shown: ReadonlySet<string>,
): ReadonlyMap<string, readonly StateEvent[]> {
  const byName = new Map<string, StateEvent[]>();
  for (const id of ids.length < MANY ? [] : ids) {
    const event = events.get(id);
    if (event?.event_type !== "STATE" || event.agent_id === undefined || shown.has(id)) continue;
    const known = byName.get(event.variable_name);
    if (known) known.push(event);
    else byName.set(event.variable_name, [event]);
  }
  const many = [...byName.values()].filter((alike) => alike.length >= MANY);
  return new Map(many.flatMap((alike) => alike.map((event) => [event.event_id, alike])));
}

/** `STATE      turn 3  1,000 of *.health: ann, bob, carol and 997 more` */
function togetherLabel(alike: readonly StateEvent[], paint: Paint, cells: number): string {
  const turns = alike.map(({ turn_number }) => turn_number);
  const [from, to] = [Math.min(...turns), Math.max(...turns)];
  const kind = "STATE".padEnd(9);
  const turn = from === to ? `turn ${from}` : `turns ${from} to ${to}`;
  const named = alike.slice(0, 3).map(({ agent_id }) => agent_id);
  const text = `${formatCount(alike.length)} of *.${alike[0]?.variable_name}: ${named.join(", ")} and ${formatCount(alike.length - named.length)} more`;
  return [
    paint.kind("STATE", kind),
    turn,
    fit(plainText(text), Math.max(12, cells - kind.length - turn.length - 4)),
  ].join("  ");
}

interface EventNode extends TreeNode {
  event: Event;
  children: TreeNode[];
}

function nodeOf(event: Event, paint: Paint): EventNode {
  return { event, children: [], label: (cells) => eventLabel(event, paint, cells) };
}

function leaf(text: string): TreeNode {
  return { label: () => text, children: [] };
}

/** `ACTION     turn 3  01K…  alice buys 100 of bonds` */
function eventLabel(event: Event, paint: Paint, cells: number): string {
  const kind = event.event_type.padEnd(9);
  const turn = `turn ${event.turn_number}`;
  const taken = kind.length + turn.length + event.event_id.length + 6;
  return [
    paint.kind(event.event_type, kind),
    turn,
    paint.dim(event.event_id),
    fit(oneLine(event), Math.max(12, cells - taken)),
  ].join("  ");
}
