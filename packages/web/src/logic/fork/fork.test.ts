import { forkRequestSchema } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { fakeRun } from "../../testing/fake-run.ts";
import { isApiError } from "../api/index.ts";
import {
  canBeLeftOut,
  type ForkForm,
  forkFormAt,
  forkRequestOf,
  forkRun,
  refusalOf,
  untilThere,
} from "./index.ts";

const events = fakeRun({ turns: 2 });
const one = (is: (event: Event) => boolean): Event => {
  const found = events.find(is);
  if (!found) throw new Error("not there");
  return found;
};
const decision = one(({ event_type, turn_number }) => event_type === "DECISION" && turn_number === 2);
const write = one(({ event_type, turn_number }) => event_type === "STATE" && turn_number === 1);
const action = one((event) => event.event_type === "ACTION" && event.caused_by?.[0] === decision.event_id);

describe("a form for a fork", () => {
  it("begins with what is on record", () => {
    const form = forkFormAt(decision, [{ ...action, depth: 1 }], ["alice"]);
    expect(form.turn).toBe("2");
    expect(JSON.parse(form.decision)).toEqual({
      decision_type: "offer",
      actions: [{ action_type: "sell", payload: expect.objectContaining({ amount: expect.any(Number) }) }],
    });
    expect(forkFormAt(write, [], ["alice"])).toMatchObject({ variable: "alice.wealth", turn: "1" });
  });

  it("is for what can be left out where that is a decision, an action, a rule or a phase", () => {
    expect([decision, action, write].map(canBeLeftOut)).toEqual([true, true, false]);
  });

  it("comes to a request that the server takes", () => {
    const form: ForkForm = {
      ...forkFormAt(decision, [], []),
      variable: " alice.mood ",
      value: "gloomy",
      decides: true,
      leavesOut: true,
      model: "gpt-4o",
      asksNobody: true,
    };
    const made = forkRequestOf(form, decision);
    expect(made).toEqual({
      request: {
        turn: 2,
        set: [{ variable: "alice.mood", value: "gloomy" }],
        decide: [{ agent_id: "alice", decision: { decision_type: "offer", actions: [] } }],
        without: [decision.event_id],
        model: "gpt-4o",
        on_miss: "fail",
      },
    });
    expect(forkRequestSchema.parse("request" in made && made.request)).toEqual(
      "request" in made && made.request,
    );
    const plain = forkRequestOf(forkFormAt(decision, [], []), decision);
    expect(plain).toEqual({ request: { turn: 2 } });
  });

  it("reads a value as JSON where it is, and as text where it is none", () => {
    const valued = (value: string) => forkRequestOf({ ...forkFormAt(write, [], []), value }, write);
    expect(valued("12.5")).toMatchObject({ request: { set: [{ value: 12.5 }] } });
    expect(valued('{"a":[1]}')).toMatchObject({ request: { set: [{ value: { a: [1] } }] } });
    expect(valued("sunny")).toMatchObject({ request: { set: [{ value: "sunny" }] } });
    expect(valued("null")).toMatchObject({ request: { set: [{ value: null }] } });
  });

  it("says beside each field what is wrong with it", () => {
    const form = { ...forkFormAt(decision, [], []), turn: "0", value: "5", decides: true, decision: "{" };
    expect(forkRequestOf(form, decision)).toEqual({
      problems: {
        turn: expect.stringContaining("from 1"),
        set: "Which variable is it?",
        decide: "This is no JSON.",
      },
    });
  });

  it("has what the server says against it beside what it speaks of", () => {
    const form = { ...forkFormAt(decision, [], []), variable: "fsh", value: "1", decides: true };
    const said = (message: string, parameter?: string) => refusalOf(message, parameter, form);
    expect(said('body: There is no variable "fsh"', "body")).toEqual({ set: 'There is no variable "fsh"' });
    expect(said('body: What "alice" is to decide is no decision', "body")).toEqual({
      decide: 'What "alice" is to decide is no decision',
    });
    expect(said("turn: too late", "turn")).toEqual({ turn: "turn: too late" });
    expect(said("market-1 is being written.")).toEqual({ all: "market-1 is being written." });
  });
});

describe("a fork that is asked for", () => {
  const connection = (answer: Response) => {
    const asked: [string, RequestInit][] = [];
    return {
      asked,
      baseUrl: "http://fake",
      fetch: async (url: string, init: RequestInit) => {
        asked.push([url, init]);
        return answer;
      },
      token: () => "s3cret",
      onReachable: () => undefined,
    };
  };

  it("is asked as JSON, with the token, and answered with its id", async () => {
    const there = connection(Response.json({ simulation_id: "market-7-fork" }, { status: 202 }));
    expect(await forkRun(there, "market 7", { turn: 2 })).toEqual({ simulation_id: "market-7-fork" });
    const [[url, init] = ["", {}]] = there.asked;
    expect(url).toBe("http://fake/simulations/market%207/forks");
    expect(init).toMatchObject({ method: "POST", body: '{"turn":2}' });
    expect(init.headers).toMatchObject({
      "content-type": "application/json",
      authorization: "Bearer s3cret",
    });
  });

  it("that is refused says why", async () => {
    const body = { code: "NOT_FORKABLE", message: "market-7 is being written." };
    const refused = forkRun(connection(Response.json(body, { status: 409 })), "market-7", { turn: 2 });
    await expect(refused).rejects.toSatisfy((error) => isApiError(error, "NOT_FORKABLE"));
  });

  it("is waited for until it is there", async () => {
    let looks = 0;
    const run = async () => {
      if (++looks < 3) throw Object.assign(await missing(), {});
      throw new Error("found");
    };
    await expect(untilThere({ run }, "x", 1)).rejects.toThrow("found");
    expect(looks).toBe(3);
  });
});

async function missing() {
  const { ApiRequestError } = await import("@llm-sim/api");
  return new ApiRequestError("SIMULATION_NOT_FOUND", "There is no run x.", 404);
}
