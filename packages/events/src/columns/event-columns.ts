import {
  allMembers,
  EVENT_TYPES,
  type Event,
  type EventType,
  type MemberForm,
  membersOf,
} from "../schema/index.ts";
import type { Cell } from "./csv.ts";

/** A column's type in Parquet; in CSV and JSON Lines values stand for themselves. */
export type ColumnType = "VARCHAR" | "BIGINT" | "TIMESTAMP" | "JSON";

export interface Column {
  name: string;
  type: ColumnType;
}

const TYPES: Readonly<Record<MemberForm, ColumnType>> = {
  event: "VARCHAR",
  run: "VARCHAR",
  agent: "VARCHAR",
  text: "VARCHAR",
  word: "VARCHAR",
  timestamp: "TIMESTAMP",
  count: "BIGINT",
  events: "JSON",
  agents: "JSON",
  texts: "JSON",
  object: "JSON",
  value: "JSON",
};

const MEMBERS = allMembers();
const NAMES: ReadonlyMap<EventType, ReadonlySet<string>> = new Map(
  EVENT_TYPES.map((kind) => [kind, new Set(membersOf(kind).map(({ name }) => name))]),
);

/**
 * The columns of a table of events: what the table calls the run, every member that an event of some kind has, as they follow
 * on a line, and `extra` for those that the event's kind does not know.
 */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: "run", type: "VARCHAR" },
  ...MEMBERS.map(({ name, form }) => ({ name, type: TYPES[form] })),
  { name: "extra", type: "JSON" },
];

/**
 * An event's row under {@link EVENT_COLUMNS}.
 *
 * @param run what the table calls its run
 */
export function eventCells(run: string, event: Event): Cell[] {
  const names = NAMES.get(event.event_type);
  const known = new Map<string, unknown>();
  const extra = new Map<string, unknown>();
  for (const [name, value] of Object.entries(event)) (names?.has(name) ? known : extra).set(name, value);
  return [
    run,
    ...MEMBERS.map(({ name }) => known.get(name)),
    extra.size > 0 ? Object.fromEntries(extra) : undefined,
  ];
}
