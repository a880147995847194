import { join } from "node:path";
import { formatTimestamp } from "@llm-sim/events/schema";
import { afterEach, expect, it, vi } from "vitest";
import { Pace } from "../../pace/index.ts";
import { RunReader } from "../../reader/index.ts";
import { generatedId } from "../../testing/generate-log.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { RunExplainer } from "../explainer.ts";
import { KnownEvents } from "./known-events.ts";

const START = Date.UTC(2026, 10, 26) * 1000;
const READ = 4_000;
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
const write = (serial: number, variable_name: string, new_value: number, caused_by: string[] = []): string =>
  line(serial, {
    event_type: "STATE",
    variable_name,
    old_value: null,
    new_value,
    scope: "global",
    caused_by,
  });
/** Thousands of variables, all of which a rule read before it took effect. */
const linesNamed = (name: (serial: number) => string): string[] => [
  ...Array.from({ length: READ }, (_, serial) => write(serial, name(serial), serial)),
  line(READ, {
    event_type: "DETAIL",
    calculation_type: "sum",
    intermediate_values: {},
    caused_by: Array.from({ length: READ }, (_, serial) => idAt(serial)),
  }),
  write(READ + 1, "total", 7, [idAt(READ)]),
];

afterEach(() => vi.restoreAllMocks());

it.each([
  ["alike", (serial: number) => `stocks.s${serial}.price`],
  ["otherwise", (serial: number) => `v${serial}`],
])("an explanation lets others have their turn where a rule has read very many values, named %s", (_, name) =>
  inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, { segments: [linesNamed(name)] });
    const explain = RunExplainer.over(new RunReader("run", directory, { sidecar: false }));
    const looked = vi.spyOn(KnownEvents.prototype, "of");
    let [done, most] = [0, 0];
    const look = () => {
      most = Math.max(most, looked.mock.calls.length - done);
      done = looked.mock.calls.length;
      return false;
    };
    vi.spyOn(Pace.prototype, "isDue", "get").mockImplementation(look);
    const { steps } = await explain.why({ variable: "total" });
    look();
    expect(steps.length).toBeLessThanOrEqual(12);
    expect(done).toBeGreaterThan(READ);
    expect(most).toBeLessThan(1500);
  }),
);
