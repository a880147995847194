import { expect } from "vitest";
import { coordinateText, tapeLineSchema } from "../tape/index.ts";
import type { MemoryDisk } from "../write/memory-disk.test.fixture.ts";
import { eventsOf, linesOf, tapeLinesOf } from "./simulated-run.test.fixture.ts";

/** The answer that a decision names is on the tape: no decision comes to the disk before what it rests on. */
export function expectAnswers(disk: MemoryDisk): number {
  const calls = new Set<string>();
  for (const line of tapeLinesOf(disk).filter((one) => one.endsWith("\n"))) {
    const parsed = tapeLineSchema.parse(JSON.parse(line));
    if (parsed.line === "attempt") calls.add(coordinateText(parsed.coordinate));
  }
  const whole = linesOf(disk).filter((line) => line.endsWith("\n"));
  const asked = eventsOf(whole).flatMap(({ details }) => (details?.call === undefined ? [] : [details.call]));
  for (const call of asked) expect(calls).toContain(call);
  return asked.length;
}

/** Every rule that holds between the events of a log. */
export function expectLog(disk: MemoryDisk): void {
  const events = eventsOf(linesOf(disk));
  const seen = new Set<string>();
  let last = events[0];
  for (const event of events) {
    for (const cause of event.caused_by ?? []) expect(seen.has(cause)).toBe(true);
    if (seen.size > 0) expect(event.caused_by?.length).toBeGreaterThan(0);
    if (last && last !== event) {
      expect(event.event_id > last.event_id).toBe(true);
      expect(event.timestamp >= last.timestamp).toBe(true);
      expect(event.turn_number).toBeGreaterThanOrEqual(last.turn_number);
    }
    seen.add(event.event_id);
    last = event;
  }
  expect(events.filter((event) => event.milestone_type === "simulation_start")).toHaveLength(1);
}
