import type { Event } from "@llm-sim/events/schema";
import { fit, type Paint, type TreeNode } from "../terminal/index.ts";
import { oneLine } from "./one-line.ts";

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
 * and by its id only at the others, so that the tree is as large as the graph.
 */
export function eventTree(graph: EventGraph, paint: Paint): TreeNode {
  const root = nodeOf(graph.root, paint);
  const shown = new Set([graph.root.event_id]);
  const queue = [root];
  for (const node of queue) {
    for (const id of graph.next(node.event)) {
      const event = graph.events.get(id);
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
  }
  return root;
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
