import { isRetry } from "@llm-sim/events/canonical";
import {
  EVENT_TYPES,
  type EventType,
  includesLevel,
  isRecordedAt,
  levelOf,
  MEMBER_ROLES,
  type VerbosityLevel,
} from "@llm-sim/events/schema";
import { eventAgent, eventName } from "@llm-sim/events/words";
import type { RunView } from "../../reader/index.ts";
import { lineMember } from "../cause/index.ts";
import { batchesOf } from "../rows/index.ts";
import { Line, type Reading } from "./content.ts";

const DECISION = EVENT_TYPES.indexOf("DECISION");
const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
/** A milestone's phase is part of its name, and what a SYSTEM event is about may stand in its details. */
const NAMED_OTHERWISE: readonly EventType[] = ["MILESTONE", "SYSTEM"];
const NAME_KEYS: ReadonlyMap<string, Buffer> = new Map(
  EVENT_TYPES.filter((kind) => !NAMED_OTHERWISE.includes(kind)).map((kind) => [
    kind,
    Buffer.from(`"${MEMBER_ROLES[kind].name}":`),
  ]),
);

/** An event of one of the runs that are compared. */
export class Entry {
  readonly row: number;
  readonly line: Line;
  readonly #agent: string;

  constructor(row: number, line: Line, agent: string) {
    this.row = row;
    this.line = line;
    this.#agent = agent;
  }

  /** Whose decision it is; `undefined` where it is none. */
  get decidingAgent(): string | undefined {
    return this.line.kind === DECISION ? this.#agent : undefined;
  }

  get kind(): EventType {
    return EVENT_TYPES[this.line.kind] ?? "MILESTONE";
  }

  /** Whose it is: of a SYSTEM event, whom it concerns; empty where it is no agent's. */
  get agent(): string {
    return this.kind === "SYSTEM" ? (eventAgent(this.line.event) ?? "") : this.#agent;
  }

  get name(): string {
    const nameKey = NAME_KEYS.get(this.kind);
    const found = nameKey === undefined ? undefined : lineMember(this.line.bytes, nameKey);
    return found === undefined ? eventName(this.line.event) : String(found);
  }

  /** Kind, agent and name: with the turn and the how-many-th of these, the event's logical key. */
  get key(): string {
    // An agent's id may have spaces, but no line break.
    return `${this.kind}\n${this.agent}\n${this.name}`;
  }
}

/**
 * The events of these rows that a comparison looks at: retries depend on time, and what only one run records says nothing.
 *
 * @param level what both record, where one of them records more
 */
export function* entriesOf(
  view: RunView,
  rows: readonly number[],
  level: VerbosityLevel | undefined,
  reading: Reading & { retries: Set<number> },
): Generator<Entry> {
  const { columns, names } = view.index;
  const isLookedAt = EVENT_TYPES.map(
    (kind) => kind === "SYSTEM" || level === undefined || includesLevel(level, levelOf(kind)),
  );
  const wanted = rows.filter((row) => isLookedAt[columns.kind(row)]);
  for (const batch of batchesOf(view.index, wanted)) {
    const lines = view.lines(batch);
    for (const [place, row] of batch.entries()) {
      const bytes = lines[place];
      if (bytes === undefined) continue;
      const kind = columns.kind(row);
      const line = new Line(bytes, kind, reading);
      if (kind === SYSTEM) {
        const { event } = line;
        if (isRetry(event)) reading.retries.add(row);
        if (isRetry(event) || (level !== undefined && !isRecordedAt(level, event))) continue;
      }
      yield new Entry(row, line, names.agents.name(columns.agent(row)) ?? "");
    }
  }
}
