import type { Event } from "@llm-sim/events/schema";
import { openMemoryStream } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { canonicalLog } from "./index.ts";

/** A turn of two agents who answer in this order, one after a retry. */
async function turn(order: readonly string[], latency: number): Promise<Event[]> {
  const memory = await openMemoryStream({ verbosity: "DETAIL", scopes: "explicit" });
  const { stream } = memory;
  const scope = stream.startTurn(1);
  scope.detail("weather", { sun: true });
  const decisions = order.map((agent) => {
    const thought = scope.detail(
      "thought",
      { about: agent },
      { agent_id: agent, details: { latency_ms: latency } },
    );
    const retry =
      agent === "bob" ? [scope.system("retry", { retry_count: latency, subject_agent_id: agent })] : [];
    return scope.decision(agent, "go", { caused_by: [thought, ...retry] });
  });
  stream.because(decisions, (all) => all.action("alice", "meet"));
  scope.end();
  await stream.close();
  return memory.events();
}

describe("the canonical log", () => {
  it("sorts what agents do while deciding by agent, and keeps the order of the rest", async () => {
    const log = canonicalLog(await turn(["bob", "alice"], 5));
    expect(log.map(({ key, event_type }) => `${key} ${String(event_type)}`)).toEqual([
      "0.acting..0 MILESTONE",
      "1.begin..0 MILESTONE",
      "1.begin..1 DETAIL",
      "1.deciding.alice.0 DETAIL",
      "1.deciding.alice.1 DECISION",
      "1.deciding.bob.0 DETAIL",
      "1.deciding.bob.1 DECISION",
      "1.acting..0 ACTION",
      "1.acting..1 MILESTONE",
      "1.acting..2 MILESTONE",
    ]);
  });

  it("names causes by their place, those of a retry instead of the retry", async () => {
    const log = canonicalLog(await turn(["bob", "alice"], 5));
    const causes = Object.fromEntries(log.map((event) => [event.key, event.causes]));
    expect(causes["1.deciding.bob.1"]).toEqual(["1.begin..0", "1.deciding.bob.0"]);
    expect(causes["1.acting..0"]).toEqual(["1.deciding.alice.1", "1.deciding.bob.1"]);
  });

  it("is the same whoever answers first, and however long it takes", async () => {
    const first = await turn(["bob", "alice"], 5);
    const second = await turn(["alice", "bob"], 900);
    expect(canonicalLog(second)).toEqual(canonicalLog(first));
  });

  it("has no id of an event in it, wherever it stood", async () => {
    const memory = await openMemoryStream({ verbosity: "DETAIL", scopes: "explicit" });
    const { stream } = memory;
    const scope = stream.startTurn(1);
    const decision = scope.decision("alice", "go");
    const id = decision.event_id ?? "";
    const elsewhere = "01KAR8B1C0A1B2C000000000F7";
    scope.action("alice", "tell", { about: id, ticket: elsewhere });
    scope.system("warning", {
      description: `Stopped: it became true with x [${id}], as in [${elsewhere}]`,
      details: { broke_at: { event_id: id }, of: { [id]: [elsewhere] } },
    });
    scope.end();
    await stream.close();
    const log = canonicalLog(memory.events());
    const warning = log.find(({ event_type }) => event_type === "SYSTEM");
    expect(warning).toMatchObject({
      description: "Stopped: it became true with x [1.deciding.alice.0], as in [unknown]",
      details: { broke_at: { event_id: "1.deciding.alice.0" }, of: { "1.deciding.alice.0": ["unknown"] } },
    });
    // What an agent does may hold a number of its own that only looks like one.
    expect(log.find(({ event_type }) => event_type === "ACTION")).toMatchObject({
      action_payload: { about: "1.deciding.alice.0", ticket: elsewhere },
    });
  });

  it("keeps what an event of another program calls key or causes apart from what it calls so itself", async () => {
    const [first, ...rest] = await turn(["bob"], 5);
    if (first === undefined) throw new Error("there is an event");
    const foreign = { ...first, key: "k", causes: ["c"] };
    const [placed] = canonicalLog([foreign, ...rest]);
    expect(placed).toMatchObject({ key: "0.acting..0", causes: [] });
    expect(canonicalLog([foreign, ...rest])).not.toEqual(
      canonicalLog([{ ...foreign, key: "other" }, ...rest]),
    );
    expect(canonicalLog([foreign, ...rest])).not.toEqual(canonicalLog([{ ...foreign, causes: [] }, ...rest]));
  });

  it("has no ids, times or run in it", async () => {
    const text = JSON.stringify(canonicalLog(await turn(["alice", "bob"], 5)));
    expect(text).not.toMatch(/event_id|timestamp|simulation_id|latency|retry/);
  });
});
