import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
