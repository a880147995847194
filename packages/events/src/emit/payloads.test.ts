import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInvalidEventError } from "../index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });
const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), 1);

async function lastAfter(
  emit: (stream: Awaited<ReturnType<typeof open>>["stream"]) => unknown,
  options = {},
) {
  const { stream, events } = await open(options);
  emit(stream);
  // Every line passes the schema: events() parses it.
  return events().at(-1);
}

describe("a payload is recorded as it is at emit", () => {
  it("changing it afterwards changes nothing in the log", async () => {
    const { stream, events } = await open();
    const payload = { list: [1, { deep: "before" }] };
    stream.action("alice", "buy", payload);
    payload.list.push(2);
    Object.assign(payload.list[1] ?? {}, { deep: "after" });
    expect(events().at(-1)).toMatchObject({ action_payload: { list: [1, { deep: "before" }] } });
  });

  it("any JSON comes back as it was, and is not lossy", async () => {
    const { stream, sink, events } = await open();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (payload, value) => {
        const expected: unknown = JSON.parse(JSON.stringify({ payload, value }));
        sink.lines.length = 0;
        stream.action("alice", "buy", payload, { details: payload });
        stream.state("v", { old_value: value, new_value: value });
        stream.decision("alice", "plan", { old_value: value, new_value: value });
        const [action, state, decision] = events();
        expect({ payload: action?.action_payload, value: state?.new_value }).toStrictEqual(expected);
        expect({ payload: action?.details, value: decision?.old_value }).toStrictEqual(expected);
        expect([action?.lossy, state?.lossy, decision?.lossy]).toEqual([undefined, undefined, undefined]);
      }),
    );
  });
});

describe("a payload that JSON cannot carry", () => {
  it("is recorded in the documented form and named in lossy", async () => {
    const event = await lastAfter((stream) =>
      stream.action(
        "alice",
        "buy",
        { n: 1n, x: [Number.NaN], m: new Map([["k", 1]]) },
        { details: { f: () => 1 } },
      ),
    );
    expect(event).toMatchObject({
      event_type: "ACTION",
      action_payload: { n: "1", x: ["NaN"], m: { k: 1 } },
      details: { f: "[function f]" },
    });
    expect(event?.lossy?.toSorted()).toEqual([
      "/action_payload/m",
      "/action_payload/n",
      "/action_payload/x/0",
      "/details/f",
    ]);
  });

  it.each([
    ["65 levels", nested(65)],
    ["70 levels", nested(70)],
    ["101 levels", nested(101)],
    ["5000 levels", nested(5000)],
    ["a member named toJSON", { toJSON: 5 }],
    ["a toJSON that says nothing", { toJSON: () => undefined }],
    ["a Date", new Date(0)],
    ["a Set", new Set([1])],
    ["a Map with other keys than text", new Map([[1, 2]])],
    ["a typed array", new Float64Array([1.5])],
    ["a boxed text", Object("x")],
    ["a function's own members", Object.assign(() => 1, { a: 1 })],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      ),
    ],
    ["an array", [1, 2]],
    ["a number", 7],
    ["null", null],
    ["a text", "x"],
  ])("%s leaves a valid event behind in any place", async (_, value) => {
    const object = wronglyTyped<object>(value);
    const { stream, events } = await open();
    stream.action("alice", "buy", object);
    stream.action("alice", "buy", {}, { details: object });
    stream.detail("interest", object);
    stream.state("v", { old_value: value, new_value: value });
    stream.decision("alice", "plan", { new_value: value });
    stream.system("warning", { details: object });
    expect(events()).toHaveLength(7);
    expect(stream.stats()).toMatchObject({ emitted: 7, written: 7, dropped: 0 });
  });

  it("names what was altered in names and descriptions too", async () => {
    const event = await lastAfter((stream) =>
      stream.action("alice", "b\ud800", {}, { interaction_type: "t\udc00", description: "d\ud800" }),
    );
    expect(event).toMatchObject({
      action_type: "b\ufffd",
      interaction_type: "t\ufffd",
      description: "d\ufffd",
    });
    expect(event?.lossy?.toSorted()).toEqual(["/action_type", "/description", "/interaction_type"]);
  });

  it("a state's value that is missing is null, and said so", async () => {
    const event = await lastAfter((stream) => stream.state("v", { old_value: undefined, new_value: 1 }));
    expect(event).toMatchObject({ old_value: null, new_value: 1, lossy: ["/old_value"] });
  });
});

describe("an event that is too long", () => {
  const small = { maxEventSize: "16KB" };

  it("is recorded without its payload, which lossy names", async () => {
    const long = "x".repeat(20_000);
    const action = await lastAfter(
      (stream) => stream.action("alice", "buy", { long }, { details: { long } }),
      small,
    );
    expect(action).toMatchObject({
      action_type: "buy",
      action_payload: {},
      lossy: ["/action_payload", "/details"],
    });
    expect(action).not.toHaveProperty("details");
    const state = await lastAfter((stream) => stream.state("v", { old_value: 1, new_value: long }), small);
    expect(state).toMatchObject({ old_value: null, new_value: null, lossy: ["/old_value", "/new_value"] });
  });

  it("is recorded whole where it is one byte shorter than the limit", async () => {
    const { stream, sink } = await open(small);
    stream.action("alice", "buy", { v: "" });
    const empty = Buffer.byteLength(`${sink.lines.at(-1)}\n`);
    stream.action("alice", "buy", { v: "x".repeat(16_384 - empty) });
    expect(Buffer.byteLength(`${sink.lines.at(-1)}\n`)).toBe(16_384);
    stream.action("alice", "buy", { v: "x".repeat(16_384 - empty + 1) });
    expect(JSON.parse(sink.lines.at(-1) ?? "")).toMatchObject({
      action_payload: {},
      lossy: ["/action_payload"],
    });
  });

  it("keeps the pointers to what stays", async () => {
    const event = await lastAfter(
      (stream) =>
        stream.action(
          "alice",
          "b\ud800",
          { long: "x".repeat(20_000), n: 1n },
          { description: "y".repeat(600) },
        ),
      small,
    );
    expect(event?.lossy?.toSorted()).toEqual(["/action_payload", "/action_type", "/description"]);
  });

  it("has a long name cut", async () => {
    const event = await lastAfter((stream) => stream.action("alice", "b".repeat(20_000)), small);
    expect(event?.action_type).toMatch(/^b{200}/);
    expect(event?.lossy).toContain("/action_type");
  });

  it("comes to an end in any case: nothing but names, causes and description is too long", async () => {
    const { stream, events } = await open(small);
    const causes = Array.from({ length: 64 }, () => stream.phase("x"));
    const agent = "😀".repeat(128);
    const control = "\u0001".repeat(500);
    stream.action(
      agent,
      control,
      {},
      {
        interaction_type: control,
        participating_agent_ids: [agent, "😁".repeat(128)],
        description: control,
        caused_by: causes,
      },
    );
    const { emitted, written, dropped } = stream.stats();
    expect(written + dropped).toBe(emitted);
    expect(events().length).toBe(written);
  });
});

describe("a description", () => {
  it("that is too long is cut, never in the middle of a character, and named in lossy", async () => {
    for (const description of ["x".repeat(501), "😀".repeat(501), `x${"😀".repeat(501)}`]) {
      const event = await lastAfter((stream) => stream.phase("p", { description }));
      expect(event?.description?.length).toBeLessThanOrEqual(500);
      expect(event?.description?.isWellFormed()).toBe(true);
      expect(event?.description?.endsWith("…")).toBe(true);
      expect(event?.lossy).toEqual(["/description"]);
    }
  });

  it.each([
    [
      "alice.wealth: 1000 → 900",
      (s) => s.state("wealth", { agent_id: "alice", old_value: 1000, new_value: 900 }),
    ],
    ["rate: low → high", (s) => s.state("rate", { old_value: "low", new_value: "high" })],
    [
      "alice.gold = 5",
      (s) => s.state("gold", { agent_id: "alice", old_value: null, new_value: 5, change: "added" }),
    ],
    [
      "gold removed, was [3]",
      (s) => s.state("gold", { old_value: [1, 2, 3], new_value: null, change: "removed" }),
    ],
    [
      "alice: strategy: hold → buy",
      (s) => s.decision("alice", "strategy", { old_value: "hold", new_value: "buy" }),
    ],
    ["alice: strategy", (s) => s.decision("alice", "strategy")],
    ["alice: buy", (s) => s.action("alice", "buy", { amount: 1 })],
    [
      "alice: trade with bob",
      (s) => s.action("alice", "trade", {}, { participating_agent_ids: ["alice", "bob"] }),
    ],
    [
      "alice: trade with bob and 2 more",
      (s) => s.action("alice", "trade", {}, { participating_agent_ids: ["bob", "alice", "c", "d"] }),
    ],
    ["interest", (s) => s.detail("interest", { rate: 0.02 })],
    [
      "warning: timeout about alice",
      (s) => s.system("warning", { error_type: "timeout", subject_agent_id: "alice" }),
    ],
    ["Phase: collapse", (s) => s.phase("collapse")],
    ["Turn 3 started", (s) => s.startTurn(3)],
    ["Turn 3 ended", (s) => s.startTurn(3).end()],
  ] as [string, (s: Awaited<ReturnType<typeof open>>["stream"]) => unknown][])(
    "is made from a template where the caller gives none: %s",
    async (description, emit) => {
      expect((await lastAfter(emit))?.description).toBe(description);
    },
  );

  it("made from a template is at most 500 characters", async () => {
    const agent = "😀".repeat(128);
    const long = "😁".repeat(5000);
    const { stream, events } = await open();
    stream.state(long, { agent_id: agent, old_value: long, new_value: long });
    stream.action(agent, long, {}, { participating_agent_ids: [agent, "😁".repeat(128), "c"] });
    stream.decision(agent, long, { old_value: long, new_value: long });
    stream.system("warning", { error_type: long, subject_agent_id: agent });
    stream.phase(long);
    for (const event of events()) expect(Array.from(event.description ?? "").length).toBeLessThanOrEqual(500);
  });
});

describe("what cannot be a valid event", () => {
  it.each([
    ["an agent's id with a dot", "agent_id", (s) => s.action("a.b", "buy")],
    ["no agent", "agent_id", (s) => s.decision(wronglyTyped(undefined), "plan")],
    ["a type that is no text", "type", (s) => s.action("a", wronglyTyped(7))],
    ["a payload that is no object", "action_payload", (s) => s.action("a", "buy", wronglyTyped(7))],
    [
      "one participant",
      "participating_agent_ids",
      (s) => s.action("a", "buy", {}, { participating_agent_ids: ["a"] }),
    ],
    ["a status there is not", "status", (s) => s.system(wronglyTyped("fine"))],
    ["a retry count below 0", "retry_count", (s) => s.system("warning", { retry_count: -1 })],
    ["a subject with a comma", "subject_agent_id", (s) => s.system("warning", { subject_agent_id: "a,b" })],
    [
      "a change there is not",
      "change",
      (s) => s.state("v", { old_value: 1, new_value: 2, change: wronglyTyped("kept") }),
    ],
    ["details that are no object", "details", (s) => s.phase("p", { details: [1] })],
    ["a description that is no text", "description", (s) => s.phase("p", { description: wronglyTyped(7) })],
    [
      "a cause that is no handle",
      "caused_by",
      (s) => s.action("a", "buy", {}, { caused_by: wronglyTyped("01KATN0000ABCDEFGHJKMN0001") }),
    ],
    [
      "a field that throws",
      "could not be read",
      (s) =>
        s.action(
          "a",
          "buy",
          {},
          {
            get description(): string {
              throw new Error("shut");
            },
          },
        ),
    ],
    [
      "a field that throws nothing",
      "could not be read",
      (s) =>
        s.action(
          "a",
          "buy",
          {},
          {
            get description(): string {
              throw Object.create(null);
            },
          },
        ),
    ],
  ] as [string, string, (s: Awaited<ReturnType<typeof open>>["stream"]) => unknown][])(
    "%s is recorded as SYSTEM failure invalid_event with the input, or thrown where the stream is strict",
    async (_, reason, emit) => {
      const event = await lastAfter(emit);
      expect(event).toMatchObject({ event_type: "SYSTEM", status: "failure", error_type: "invalid_event" });
      expect(event?.details).toMatchObject({
        reason: expect.stringContaining(reason),
        input: expect.any(Object),
      });
      expect(event?.caused_by).toHaveLength(1);

      const strict = await open({ strict: true });
      let thrown: unknown;
      try {
        emit(strict.stream);
      } catch (error) {
        thrown = error;
      }
      expect(isInvalidEventError(thrown)).toBe(true);
      expect(strict.stream.stats()).toMatchObject({ emitted: 1, written: 1 });
    },
  );

  it("a suppressed event costs no look at its fields", async () => {
    const { stream, events } = await open({ verbosity: "MILESTONE" });
    stream.action(
      "a.b",
      "buy",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("looked");
          },
        },
      ),
    );
    stream.action(
      "a",
      "buy",
      {},
      {
        get caused_by(): never {
          throw new Error("shut");
        },
      },
    );
    stream.system("success", {
      get details(): object {
        throw new Error("shut");
      },
    });
    expect(events()).toHaveLength(1);
    expect(stream.stats()).toMatchObject({ emitted: 4, suppressed: 3, written: 1 });
  });
});

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
