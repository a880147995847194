import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeLake } from "../lake-runs.test.fixture.ts";
import { ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";

let server: RunningServer;
let outputDir: string;
beforeAll(async () => {
  outputDir = outputDirectory();
  await writeLake(outputDir, "lake");
  await writeLake(outputDir, "lake-again");
  await writeLake(outputDir, "greedy", { take: (agent, turn) => (agent === "ann" && turn === 3 ? 60 : 2) });
  await writeLake(outputDir, "coarse", { verbosity: "ACTION" });
  server = await serve({ outputDir });
});
afterAll(giveBack);

const get = async (path: string) => {
  const answer = await ask(server, path);
  expect(answer.status, answer.text.slice(0, 300)).toBe(200);
  return answer.json;
};

/** The id of the only event that these filters find. */
const EVENT_ID = /[0-7][0-9A-HJKMNP-TV-Z]{25}/;

async function idOf(run: string, filters: string): Promise<string> {
  const { events } = await get(`/simulations/${run}/events?${filters}`);
  expect(events).toHaveLength(1);
  return events[0].event_id;
}

describe("the state", () => {
  it("is the one at the end of a turn, held to the recorded hash", async () => {
    expect(await get("/simulations/lake/state?turn=2")).toMatchObject({
      simulation_id: "lake",
      turn: 2,
      global: { fish: 100 - 8 + 20 },
      agents: { ann: { caught: 4 }, bob: { caught: 4 } },
      check: "agrees",
      exact: true,
      gaps: [],
    });
  });

  it("is the last one where no moment is named, and the set-up's at turn 0", async () => {
    expect((await get("/simulations/lake/state")).turn).toBe(6);
    expect(await get("/simulations/lake/state?turn=0")).toMatchObject({
      global: { fish: 100 },
      agents: { ann: { caught: 0 }, bob: { caught: 0 } },
    });
  });

  it("is the one just after an event", async () => {
    const event = await idOf("lake", "event_types=ACTION&agent_ids=bob&turn_start=3&turn_end=3");
    const { global, agents } = await get(`/simulations/lake/state?event_id=${event}`);
    // Ann has fished in this turn, bob's changes come behind his action.
    expect({ global, agents }).toEqual({
      global: { fish: 112 - 2 },
      agents: { ann: { caught: 6 }, bob: { caught: 4 } },
    });
  });
});

describe("the history", () => {
  it("lists a variable's changes with what brought them about, a page of them", async () => {
    const { writes, total, has_more } = await get(
      "/simulations/lake/history?variable=caught&agent_id=ann&turn_start=2&turn_end=4&limit=2",
    );
    expect([total, has_more]).toEqual([3, true]);
    expect(writes).toMatchObject([
      { turn: 2, old_value: 2, new_value: 4, cause: { event_type: "ACTION", label: "harvest by ann" } },
      { turn: 3, old_value: 4, new_value: 6 },
    ]);
  });
});

describe("why", () => {
  it("tells of a variable the chain that gave it its value, and a ledger that adds up", async () => {
    const { steps, ledger, complete, gaps, value, summary } = await get(
      "/simulations/greedy/why?variable=fish&turn=4&since=2",
    );
    expect(value).toBe(100 - 8 + 20 - 62 + 10 - 4 + 10);
    // The run is a program's by the emitter: what else it read is not known.
    expect(complete).toBe(false);
    expect(gaps).toMatchObject([{ kind: "as_recorded" }]);
    expect(summary).toMatch(/fish/);
    expect(steps[0]).toMatchObject({ event_type: "STATE", depth: 0, turn: 4 });
    for (const { sentence, event_id } of steps) {
      expect(event_id).toMatch(EVENT_ID);
      expect(sentence).not.toMatch(EVENT_ID);
    }
    expect([ledger.from.value, ledger.to.value, ledger.change]).toEqual([112, 66, "-46"]);
    const amounts = ledger.entries.map(({ amount }: { amount: string }) => Number(amount));
    expect(amounts.reduce((sum: number, amount: number) => sum + amount, 0)).toBe(-46);
    expect(ledger.entries[0]).toMatchObject({ label: "harvest by ann", amount: "-62" });
  });

  it("tells of an event what led to it", async () => {
    const write = await idOf("lake", "event_types=STATE&agent_ids=bob&turn_start=5&turn_end=5");
    const { event, steps, event_id } = await get(`/simulations/lake/why?event_id=${write}&depth=2`);
    expect([event_id, event.variable_name]).toEqual([write, "caught"]);
    expect(steps.map(({ event_type }: { event_type: string }) => event_type)).toEqual([
      "STATE",
      "ACTION",
      "DECISION",
    ]);
  });
});

describe("the effects", () => {
  it("are told in sentences, nearest first", async () => {
    const decision = await idOf("greedy", "event_types=DECISION&agent_ids=ann&turn_start=3&turn_end=3");
    const { steps, events, changes, truncated } = await get(`/simulations/greedy/effects/${decision}`);
    expect(steps.map(({ name }: { name: string }) => name)).toEqual(["fish", "harvest", "fish", "caught"]);
    expect([events, changes, truncated]).toEqual([3, 2, false]);
    const near = await get(`/simulations/greedy/effects/${decision}?depth=1`);
    expect([near.events, near.changes, near.truncated]).toEqual([1, 0, true]);
  });

  it("of decisions are ranked", async () => {
    const { decisions, total, horizon } = await get("/simulations/lake/widest?limit=3&horizon=1");
    expect([total, horizon, decisions.length]).toEqual([12, 1, 3]);
    const changes = decisions.map((decision: { changes: number }) => decision.changes);
    expect(changes).toEqual(changes.toSorted((a: number, b: number) => b - a));
  });
});

describe("find", () => {
  it("tells when a condition became true, and until when", async () => {
    const expression = encodeURIComponent("fish < 60 or *.caught >= 66");
    const { moments, total } = await get(`/simulations/greedy/find?expression=${expression}`);
    expect(total).toBe(moments.length);
    expect(moments[0]).toMatchObject({ turn: 3, sentence: expect.stringContaining("fish") });
    expect(moments).toContainEqual(expect.objectContaining({ turn: 4, agent_id: "ann" }));
  });
});

describe("the comparison of two runs", () => {
  it("finds nothing between runs that went the same", async () => {
    expect(await get("/compare?left=lake&right=lake-again")).toMatchObject({
      equal: true,
      left: { simulation_id: "lake" },
      right: { simulation_id: "lake-again" },
      differences: { total: 0 },
    });
  });

  it("finds the decision with which they part, and how far that takes the states", async () => {
    const { equal, divergence, turns } = await get("/compare?left=lake&right=greedy");
    expect(equal).toBe(false);
    expect(divergence.difference).toMatchObject({
      key: { turn: 3, event_type: "DECISION", agent_id: "ann", name: "fish", occurrence: 1 },
      left: { new_value: 2 },
      right: { new_value: 60 },
    });
    expect(turns[0]).toMatchObject({ turn: 3, differing: 2, distance: 58 * 2 });
  });

  it("says which run is not there", async () => {
    for (const [query, wrong] of [
      ["left=lake&right=lak", "lak"],
      ["left=gredy&right=lake", "gredy"],
    ]) {
      const { status, json } = await ask(server, `/compare?${query}`);
      expect(status).toBe(404);
      expect(json).toMatchObject({ code: "SIMULATION_NOT_FOUND", details: { reference: wrong } });
    }
  });

  it("leaves the directory by no path", async () => {
    for (const path of ["..", "../lake", "..%2Flake", "lake%2F..%2Flake", "%2Fetc"])
      expect((await ask(server, `/compare?left=lake&right=${path}`)).status, path).toBe(404);
  });
});

describe("what cannot be explained is refused in the same shape as everything", () => {
  const cases: [path: string, parameter: string, message: RegExp, more?: object][] = [
    ["lake/state?turn=7", "turn", /7/],
    ["lake/state?turn=-1", "turn", />=0/],
    ["lake/state?turn=two", "turn", /whole number/],
    ["lake/state?event_id=abc", "event_id", /ULID/],
    ["lake/state?trun=1", "trun", /did you mean turn\?/, { nearest: "turn" }],
    ["lake/history", "variable", /./],
    ["lake/history?variable=fishes", "variable", /fish/, { nearest: ["fish"] }],
    ["lake/history?variable=caught&agent_id=anne", "agent_id", /ann/, { nearest: ["ann"] }],
    ["lake/why", "variable", /./],
    ["lake/why?variable=fsh", "variable", /fish/, { nearest: ["fish"] }],
    ["lake/why?variable=fish&depth=101", "depth", /<=100/],
    ["lake/widest?horizon=21", "horizon", /<=20/],
    ["lake/find", "expression", /./],
    ["lake/find?expression=fish%20%3C", "expression", /at character \d+/, { position: 6 }],
    ["lake/find?expression=fsh%20%3C%201", "expression", /at character 1/, { position: 0 }],
  ];
  it.each(cases)("%s", async (path, parameter, message, more = {}) => {
    const { status, json, text } = await ask(server, `/simulations/${path}`);
    expect(status, text).toBe(400);
    expect(json).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
      details: { parameter, ...more },
    });
    expect(json.message).not.toContain("\n");
  });

  it("says of a run without STATE what is needed", async () => {
    for (const [path, parameter] of [
      ["state", "event_id"],
      ["state?turn=2", "turn"],
      ["history?variable=fish", "variable"],
      ["why?variable=fish", "variable"],
      ["find?expression=fish%20%3C%201", "expression"],
    ]) {
      const { status, json } = await ask(server, `/simulations/coarse/${path}`);
      expect(status, path).toBe(400);
      expect(json.details, path).toEqual({
        parameter,
        reason: "STATE_NOT_RECORDED",
        verbosity: "ACTION",
        needed_verbosity: "STATE",
      });
    }
  });

  it.each(["01KAR8B1C0A1B2C000000000F7", "not-a-ulid"])("no event %s has effects", async (id) => {
    const { status, json } = await ask(server, `/simulations/lake/effects/${id}`);
    expect([status, json.code, json.details.event_id]).toEqual([404, "EVENT_NOT_FOUND", id]);
  });

  it("nor is an unknown event a moment, or explained", async () => {
    for (const path of ["state", "why"]) {
      const { status, json } = await ask(
        server,
        `/simulations/lake/${path}?event_id=01KAR8B1C0A1B2C000000000F7`,
      );
      expect([status, json.code], path).toEqual([404, "EVENT_NOT_FOUND"]);
    }
  });
});

it("counts the lines that are no events", async () => {
  await writeRun(outputDir, "damaged");
  appendFileSync(join(outputDir, "damaged", "events.jsonl"), "not json\n{}\n");
  for (const path of ["/simulations/damaged/state", "/compare?left=damaged&right=damaged"]) {
    const { headers } = await ask(server, path);
    expect(headers["x-skipped-lines"], path).toBe(path.startsWith("/compare") ? "4" : "2");
  }
});
