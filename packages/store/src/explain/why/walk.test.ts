import { join } from "node:path";
import { formatTimestamp } from "@llm-sim/events/schema";
import { expect, it, vi } from "vitest";
import { Pace } from "../../pace/index.ts";
import { RunReader, type RunView } from "../../reader/index.ts";
import { generatedId } from "../../testing/generate-log.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { eventsOf } from "./group.ts";
import { walkBack, walkForward } from "./walk.ts";

const START = Date.UTC(2026, 10, 26) * 1000;
const idAt = (serial: number): string => generatedId(START + serial, serial);

const line = (serial: number, members: object): string =>
  JSON.stringify({
    event_id: idAt(serial),
    timestamp: formatTimestamp(START + serial),
    turn_number: 1,
    simulation_id: "run",
    description: "",
    ...members,
  });
const EFFECTS = 5000;
/** A detail, which led to what no explanation tells of, thousands of times, and to a few thousand details. */
const LINES = [
  line(0, { event_type: "DETAIL", calculation_type: "rule", intermediate_values: {} }),
  ...Array.from({ length: EFFECTS }, (_, at) =>
    line(at + 1, { event_type: "MILESTONE", milestone_type: "turn_start", caused_by: [idAt(0)] }),
  ),
  ...Array.from({ length: EFFECTS }, (_, at) =>
    line(EFFECTS + at + 1, {
      event_type: "DETAIL",
      calculation_type: "rule",
      intermediate_values: {},
      caused_by: [idAt(0)],
    }),
  ),
];

function countedPace(view: RunView): { pace: Pace; looks: () => number } {
  const pace = new Pace([view]);
  const due = vi.spyOn(pace, "isDue", "get").mockReturnValue(false);
  return { pace, looks: () => due.mock.calls.length };
}

it("a walk lets others have their turn, also where an event has led to any number of others", () =>
  inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, { segments: [LINES] });
    const reader = new RunReader("run", directory, { sidecar: false });
    await reader.look(async (view) => {
      expect(view.skippedLines.slice(0, 2)).toEqual([]);
      const forward = countedPace(view);
      const walk = await walkForward(view, 0, 5, forward.pace);
      expect(walk).toMatchObject({ truncated: "size", steps: { length: 2000 } });
      expect(forward.looks()).toBeGreaterThanOrEqual(Math.floor((EFFECTS + 2000) / 256));
      const reading = countedPace(view);
      expect((await eventsOf(view, walk.steps, reading.pace)).size).toBe(2000);
      expect(reading.looks()).toBeGreaterThanOrEqual(Math.floor(2000 / 128));
      const back = await walkBack(view.index, LINES.length - 1, 5, new Pace([view]));
      expect(back.steps.map(({ row }) => row)).toEqual([LINES.length - 1, 0]);
    });
    await reader.close();
  }));
