import { describe, expect, it } from "vitest";
import { openMemoryStream } from "../testing/index.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });

describe("code of the caller's that runs while an event is read, and emits", () => {
  it("in a payload: both events are whole, the inner one first", async () => {
    const { stream, events } = await open();
    stream.action("alice", "outer", {
      get v() {
        stream.detail("inner", { big: "x".repeat(3000) });
        return 1;
      },
    });
    const names = events().map((event) => event.calculation_type ?? event.action_type);
    expect(names.at(-1)).toBe("outer");
    expect(names.slice(1, -1).every((name) => name === "inner")).toBe(true);
    expect(events().at(-1)).toMatchObject({ action_payload: { v: 1 } });
    const ids = events().map((event) => event.event_id);
    expect(ids).toEqual(ids.toSorted());
  });

  it("in a field: both events are whole", async () => {
    const { stream, events } = await open();
    stream.decision("alice", "outer", {
      get new_value() {
        stream.detail("inner", {});
        return "buy";
      },
    });
    expect(events().at(-1)).toMatchObject({
      event_type: "DECISION",
      decision_type: "outer",
      new_value: "buy",
    });
    expect(events().filter((event) => event.event_type === "DETAIL").length).toBeGreaterThan(0);
  });

  it("and is refused by the sink: the outer event is whole", async () => {
    const lines: string[] = [];
    const sink = {
      write(line: Uint8Array) {
        const text = Buffer.from(line).toString();
        if (text.includes('"calculation_type":"inner"')) return false;
        lines.push(text);
        return true;
      },
      async flush() {},
      async close() {},
    };
    const { openEventStream } = await import("../open/index.ts");
    const stream = await openEventStream({ simulationId: "x", verbosity: "DETAIL", sink });
    stream.action("alice", "outer", {
      get v() {
        stream.detail("inner", { big: "x".repeat(50) });
        return 1;
      },
    });
    const outer: unknown = JSON.parse(lines.at(-1) ?? "");
    expect(outer).toMatchObject({ action_type: "outer", action_payload: { v: 1 } });
    const { emitted, written, dropped } = stream.stats();
    expect(written + dropped).toBe(emitted);
  });
});
