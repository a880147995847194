import { join } from "node:path";
import { formatTimestamp } from "@llm-sim/events/schema";
import { afterEach, expect, it, vi } from "vitest";
import { Pace } from "../../pace/index.ts";
import { RunReader } from "../../reader/index.ts";
import { generatedId } from "../../testing/generate-log.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { compareRuns, RunExplainer } from "../explainer.ts";
import { Line } from "./content.ts";
import { Entry } from "./entry.ts";
import { SameCauses } from "./same-causes.ts";

const START = Date.UTC(2026, 10, 26) * 1000;
const EVENTS = 4_000;

type Written = (serial: number) => { variable_name: string; new_value: unknown };

/** A log of one turn in which one thing is written behind the other. */
function linesOf(run: number, written: Written): string[] {
  return Array.from({ length: EVENTS }, (_, serial) =>
    JSON.stringify({
      event_id: generatedId(START + serial, serial + run * EVENTS),
      timestamp: formatTimestamp(START + serial),
      turn_number: 1,
      event_type: "STATE",
      simulation_id: "run",
      description: "",
      caused_by: serial === 0 ? [] : [generatedId(START + serial - 1, serial - 1 + run * EVENTS)],
      old_value: null,
      scope: "global",
      ...written(serial),
    }),
  );
}

/** The most that was done with single events between two looks at whether it is another's turn. */
function mostBetweenLooks(): () => number {
  let [done, most] = [0, 0];
  const work = [
    vi.spyOn(Line.prototype, "isSame"),
    vi.spyOn(Entry.prototype, "key", "get"),
    vi.spyOn(SameCauses.prototype, "areSame"),
  ];
  const look = () => {
    const all = work.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    most = Math.max(most, all - done);
    done = all;
    return false;
  };
  vi.spyOn(Pace.prototype, "isDue", "get").mockImplementation(look);
  return () => {
    look();
    expect(done).toBeGreaterThan(EVENTS);
    return most;
  };
}

afterEach(() => vi.restoreAllMocks());

it.each<[string, Written, Written, number]>([
  [
    "is the same in both",
    (serial) => ({ variable_name: `v${serial % 7}`, new_value: serial }),
    (serial) => ({ variable_name: `v${serial % 7}`, new_value: serial }),
    0,
  ],
  [
    "differs at its end",
    (serial) => ({ variable_name: "v", new_value: serial }),
    (serial) => ({ variable_name: "v", new_value: serial === EVENTS - 1 ? -1 : serial }),
    1,
  ],
  [
    "differs throughout, in one variable",
    (serial) => ({ variable_name: "v", new_value: serial }),
    (serial) => ({ variable_name: "v", new_value: -1 - serial }),
    EVENTS,
  ],
  [
    "differs throughout, in one variable each",
    (serial) => ({ variable_name: `v${serial}`, new_value: 1 }),
    (serial) => ({ variable_name: `w${serial}`, new_value: 1 }),
    2 * EVENTS,
  ],
])("a comparison lets others have their turn within one of many events that %s", (_, left, right, total) =>
  inTemporaryDirectory(async (output) => {
    const explainers = [left, right].map((written, run) => {
      const directory = join(output, String(run));
      writeRun(directory, { segments: [linesOf(run, written)] });
      return RunExplainer.over(new RunReader("run", directory, { sidecar: false }));
    });
    const [one, other] = explainers;
    if (one === undefined || other === undefined) throw new Error("there are two");
    const most = mostBetweenLooks();
    const answer = await compareRuns(one, other);
    expect(answer.differences.total).toBe(total);
    expect(most()).toBeLessThan(1000);
  }),
);
