import { describe, expect, it } from "vitest";
import type { CloseOptions } from "../index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });

describe("a stream that was closed", () => {
  it("drops and counts what comes after, and never throws", async () => {
    const { stream, events } = await open();
    await stream.close();
    const handle = stream.action("a", "late");
    expect(handle.event_ids).toHaveLength(1);
    stream.turn(9, (turn) => turn.action("a", "later"));
    await stream.flush();
    await stream.close();
    expect(events().map((event) => event.milestone_type)).toEqual(["simulation_start", "simulation_end"]);
    expect(stream.stats()).toMatchObject({ emitted: 6, written: 2, dropped: 4, pending: 0 });
  });

  it("shares one close among all who ask", async () => {
    const { stream, events } = await open();
    await Promise.all([stream.close({ status: "failed" }), stream.close({ status: "completed" })]);
    expect(events()).toHaveLength(2);
    expect(events()[1]?.details).toEqual({ status: "failed" });
  });

  it("ends however poor the words of its close are", async () => {
    const poor: CloseOptions[] = [
      { description: wronglyTyped(7) },
      { details: [1] },
      {
        details: {
          get x(): never {
            throw new Error("no");
          },
        },
      },
      { details: { n: 1n } },
    ];
    for (const words of poor) {
      const { stream, events } = await open();
      await stream.close(words);
      expect(events().at(-1)).toMatchObject({ milestone_type: "simulation_end" });
    }
  });

  it("is closed by `await using`", async () => {
    const { stream, events } = await open();
    await stream[Symbol.asyncDispose]();
    expect(events().at(-1)?.milestone_type).toBe("simulation_end");
  });
});
