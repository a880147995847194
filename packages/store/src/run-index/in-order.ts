import { EVENT_TYPES } from "@llm-sim/events/schema";
import { EventFields, NO_VARIABLE } from "./event-fields.ts";
import type { RunIndex } from "./run-index.ts";
import { parseUlid, ULID_WORDS } from "./ulid.ts";

const KINDS = EVENT_TYPES.length;

/** Adds the events of an index whose times go back and forth to one that has none yet, in order of (timestamp, place in the log). */
export function addInOrder(index: RunIndex, ordered: RunIndex): void {
  const { columns, edges } = index;
  ordered.reserve(columns.rows);
  const variables = variablesOf(index);
  const involved = involvedIn(index);
  const tellingLoss = new Set<number>();
  index.tellingLoss.each(0, index.tellingLoss.length, (row) => tellingLoss.add(row));
  const fields = new EventFields();
  for (const row of rowsByTime(index)) {
    columns.copyId(row, fields.id, 0);
    fields.time = columns.time(row);
    fields.nanoseconds = columns.nanoseconds(row);
    fields.turn = columns.turn(row);
    fields.kind = columns.kind(row);
    fields.agent = columns.agent(row);
    fields.variable = (variables[row] ?? 0) + NO_VARIABLE;
    fields.mayTellLoss = tellingLoss.has(row);
    fields.involved.length = 0;
    for (const agent of involved.get(row) ?? []) fields.involved.push(agent);
    fields.causeCount = 0;
    for (const cause of edges.causesOf(row)) {
      const at = fields.causeCount * ULID_WORDS;
      if (typeof cause === "string") parseUlid(cause, fields.causes, at);
      else columns.copyId(cause, fields.causes, at);
      fields.causeCount++;
    }
    ordered.add(fields, columns.address(row), columns.length(row), columns.needsUpcast(row));
  }
  ordered.trim();
}

function rowsByTime({ columns, rows }: RunIndex): number[] {
  // The sort is stable: what has the same time stays in the order of the log.
  return Array.from({ length: rows }, (_, row) => row).sort((a, b) =>
    columns.compareTime(a, columns.time(b), columns.nanoseconds(b)),
  );
}

/** Of each row, the code of the variable it writes, less NO_VARIABLE. */
function variablesOf({ states, rows }: RunIndex): Uint32Array {
  const variables = new Uint32Array(rows);
  for (const { agent, variable } of states.variables) {
    const writes = states.writesOf(agent, variable);
    writes.each(0, writes.length, (row) => {
      variables[row] = variable - NO_VARIABLE;
    });
  }
  return variables;
}

/** Agents that take part in a row's event, or that it is about. */
function involvedIn(index: RunIndex): Map<number, number[]> {
  const involved = new Map<number, number[]>();
  for (let agent = 1; agent < index.names.agents.size; agent++) {
    for (let kind = 0; kind < KINDS; kind++) {
      const list = index.rowsInvolving(agent, kind);
      list.each(0, list.length, (row) => {
        const agents = involved.get(row);
        if (agents === undefined) involved.set(row, [agent]);
        else agents.push(agent);
      });
    }
  }
  return involved;
}
