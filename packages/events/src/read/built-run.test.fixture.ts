import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ClosedSegment, type RunManifest, thisProcess } from "../run/index.ts";
import { formatTimestamp, type JsonObject, type JsonValue } from "../schema/index.ts";
import { StateFold } from "../state/index.ts";

/** Runs for tests, put together by hand: neither the emitter nor the reader takes part. */

export const RUN = "run-1";
const START = Date.UTC(2026, 10, 23, 7, 15) * 1000;

export function idOf(index: number): string {
  let time = timeOf(index) / 1000;
  let text = "";
  for (; text.length < 10; time = Math.floor(time / 32))
    text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(time % 32) + text;
  return `${text}ABCDEFGHJKMN${String(index).padStart(4, "0")}`;
}

/** Microseconds since 1970. */
export function timeOf(index: number): number {
  return START + index * 1000;
}

export function timestampOf(index: number): string {
  return formatTimestamp(timeOf(index));
}

/** A log that grows: ids, times, turns and hashes are right unless `fields` says otherwise. */
export class BuiltLog {
  readonly events: JsonObject[] = [];
  readonly #state = new StateFold();
  #turn = 0;
  #turnStart = "";

  add(fields: JsonObject): string {
    const index = this.events.length;
    const event = {
      event_id: idOf(index),
      timestamp: timestampOf(index),
      turn_number: this.#turn,
      simulation_id: RUN,
      ...(index > 0 && { caused_by: [this.#turnStart || idOf(0)] }),
      ...fields,
    };
    this.events.push(event);
    return event.event_id;
  }

  milestone(type: string, fields: JsonObject = {}): string {
    return this.add({ event_type: "MILESTONE", milestone_type: type, ...fields });
  }

  startTurn(turn: number): string {
    this.#turn = turn;
    this.#turnStart = this.milestone("turn_start", { caused_by: [idOf(0)] });
    return this.#turnStart;
  }

  endTurn(): string {
    return this.milestone("turn_end", { details: { state_hash: this.#state.hash() } });
  }

  state(
    agent: string | null,
    name: string,
    oldValue: JsonValue,
    newValue: JsonValue,
    fields: JsonObject = {},
  ): string {
    const change = fields.change === "removed" ? "removed" : undefined;
    this.#state.apply({
      ...(agent !== null && { agent_id: agent }),
      variable_name: name,
      new_value: newValue,
      change,
    });
    return this.add({
      event_type: "STATE",
      scope: agent === null ? "global" : "agent",
      ...(agent !== null && { agent_id: agent }),
      variable_name: name,
      old_value: oldValue,
      new_value: newValue,
      ...fields,
    });
  }
}

/** Two turns at STATE, without a fault: the line after each event is its index in the list. */
export function cleanLog(): JsonObject[] {
  const log = new BuiltLog();
  log.milestone("simulation_start", { description: "Der Lauf beginnt – größer" }); // 0
  log.state("alice", "wealth", null, 1000, { change: "added" }); // 1
  log.state(null, "market.rate", null, { b: [1, 2], a: 0.5 }, { change: "added" }); // 2
  log.startTurn(1); // 3
  const decision = log.add({
    event_type: "DECISION",
    agent_id: "alice",
    decision_type: "buy",
    x_unknown: [null],
  }); // 4
  const action = log.add({
    event_type: "ACTION",
    agent_id: "alice",
    action_type: "buy",
    action_payload: { amount: 100 },
    caused_by: [decision],
  }); // 5
  log.state("alice", "wealth", 1000, 900, { caused_by: [action, decision] }); // 6
  log.endTurn(); // 7
  log.startTurn(2); // 8
  log.state(null, "market.rate", { a: 0.5, b: [1, 2] }, 0.6); // 9
  log.state("alice", "wealth", 900, null, { change: "removed" }); // 10
  log.add({
    event_type: "SYSTEM",
    status: "warning",
    error_type: "validation_error",
    subject_agent_id: "alice",
  }); // 11
  log.endTurn(); // 12
  log.milestone("simulation_end"); // 13
  return log.events;
}

export function lineOf(event: JsonObject): string {
  return `${JSON.stringify(event)}\n`;
}

export function textOf(events: readonly JsonObject[]): string {
  return events.map(lineOf).join("");
}

/** As run.json was before there was a segments.jsonl. */
export type ListingManifest = RunManifest & { segments: ClosedSegment[] };

/** What run.json says of these segments' events, none of them lost. */
export function manifestOf(segments: Readonly<Record<string, readonly JsonObject[]>>): ListingManifest {
  const all = Object.values(segments).flat();
  return {
    simulation_id: RUN,
    status: "completed",
    verbosity: "STATE",
    start_time: timestampOf(0),
    counts: { emitted: all.length, written: all.length, dropped: 0, suppressed: 0, pending: 0 },
    segments: Object.entries(segments)
      .filter(([file]) => file !== "events.jsonl")
      .map(([file, events]) => ({
        file,
        events: events.length,
        bytes: Buffer.byteLength(textOf(events)),
        first_event_id: idIn(events[0]),
        last_event_id: idIn(events.at(-1)),
      })),
  };
}

function idIn(event: JsonObject | undefined): string {
  return typeof event?.event_id === "string" ? event.event_id : "none";
}

/** A run's directory with these files, gone when the test is. Returns its path. */
export function runDirectory(files: Readonly<Record<string, string | Buffer>>, name = RUN): string {
  const parent = mkdtempSync(join(tmpdir(), "llm-sim-read-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const directory = join(parent, name);
  mkdirSync(directory);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, file), content);
  return directory;
}

/** A lock that this process, which lives, holds. */
export function livingLock(): string {
  return JSON.stringify(thisProcess());
}
