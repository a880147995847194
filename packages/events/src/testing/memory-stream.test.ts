import { describe, expect, it } from "vitest";
import { openMemoryStream } from "./index.ts";

describe("openMemoryStream", () => {
  it("keeps what a program emits, parsed, with the same options as a run on disk", async () => {
    const { stream, sink, events } = await openMemoryStream({ verbosity: "STATE", simulationId: "test-7" });
    stream.turn(1, () => stream.state("rate", { old_value: 1, new_value: 2 }));
    expect(events().map(({ event_type, simulation_id }) => [event_type, simulation_id])).toEqual([
      ["MILESTONE", "test-7"],
      ["MILESTONE", "test-7"],
      ["STATE", "test-7"],
      ["MILESTONE", "test-7"],
    ]);
    expect(sink.lines).toHaveLength(4);
    expect(stream.directory).toBeUndefined();
    await stream.close();
    expect(events()).toHaveLength(5);
  });

  it("adds no listener to the process", async () => {
    const count = () =>
      process.listenerCount("SIGINT") + process.listenerCount("SIGTERM") + process.listenerCount("exit");
    const before = count();
    const { stream } = await openMemoryStream();
    expect(count()).toBe(before);
    await stream.close();
  });
});
