import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Address,
  ApiRequestError,
  addressOf,
  createClient,
  events,
  getJsonOver,
  QUESTIONS,
  type RunSummary,
  UnexpectedAnswer,
  type WhyAnswer,
} from "./index.ts";

const RUN = {
  id: "market-7",
  name: "market",
  status: "completed",
  event_count: 3,
  turns: 1,
  dropped: 0,
  bytes: 900,
  segments: 1,
};

/** A client whose server answers everything with `body`. */
function answering(body: unknown) {
  const asked: Address[] = [];
  const client = createClient((address) => {
    asked.push(address);
    return Promise.resolve(body);
  }, QUESTIONS);
  return { client, asked };
}

describe("a question", () => {
  it("has the parts of its path percent-encoded, lists joined, and leaves out what is not asked", () => {
    const request = {
      id: "a/b ?",
      event_types: ["ACTION" as const, "STATE" as const],
      agent_ids: [],
      turn_start: 0,
      q: undefined,
    };
    expect(addressOf(events, request)).toEqual({
      path: "/simulations/a%2Fb%20%3F/events",
      query: { event_types: "ACTION,STATE", turn_start: "0" },
    });
  });

  it.each(["", ".", ".."])("is not sent to another address by a run called %j", (id) => {
    expect(() => addressOf(events, { id })).toThrow(TypeError);
  });

  it("takes flags as words", async () => {
    const { client, asked } = answering({});
    await client.causality({ id: "m", event_id: "e", depth: 2, turn_markers: true }).catch(() => {});
    expect(asked).toEqual([
      { path: "/simulations/m/causality/e", query: { depth: "2", turn_markers: "true" } },
    ]);
  });

  it("gives the signal on", async () => {
    const given: unknown[] = [];
    const client = createClient((_, signal) => {
      given.push(signal);
      return Promise.resolve({ simulations: [] });
    }, QUESTIONS);
    const { signal } = new AbortController();
    await client.runs({}, signal);
    expect(given).toEqual([signal]);
  });
});

describe("an answer", () => {
  it("is of its question's type", () => {
    const { client } = answering({});
    expectTypeOf(client.runs).returns.resolves.toEqualTypeOf<{ simulations: RunSummary[] }>();
    expectTypeOf(client.why).returns.resolves.toEqualTypeOf<WhyAnswer>();
    expectTypeOf(client.why).parameter(0).toHaveProperty("since");
    expectTypeOf(client.run).parameter(0).toExtend<{ id: string }>();
  });

  it("with a field that a newer server adds is taken without it", async () => {
    const { client } = answering({ simulations: [{ ...RUN, mood: "good" }], more: 1 });
    expect(await client.runs({})).toEqual({ simulations: [RUN] });
  });

  it("that lacks a field is an error that names it", async () => {
    const { name: _, ...nameless } = RUN;
    const { client } = answering({ simulations: [RUN, nameless] });
    const error = await client.runs({}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error).toMatchObject({ path: "/simulations", field: "simulations.1.name" });
    expect(String(error)).toContain('"simulations.1.name"');
  });

  it("is not taken for complete where it does not say so", async () => {
    const page = { events: [], total: 0, has_more: false, next_cursor: null, gaps: [] };
    await expect(answering(page).client.events({ id: "m" })).rejects.toMatchObject({ field: "complete" });
    await expect(answering({ ...page, complete: true }).client.events({ id: "m" })).resolves.toMatchObject({
      total: 0,
    });
  });
});

describe("over fetch", () => {
  const respond = (status: number, body: string) => {
    const asked: { url: string; headers: unknown }[] = [];
    const get = getJsonOver({
      baseUrl: "http://there",
      token: "t",
      fetch: (url, { headers }) => {
        asked.push({ url, headers });
        return Promise.resolve(new Response(body, { status }));
      },
    });
    return { client: createClient(get, QUESTIONS), asked };
  };

  it("asks the address with its parameters and the token", async () => {
    const { client, asked } = respond(200, JSON.stringify({ simulations: [] }));
    await client.runs({});
    await client.events({ id: "m", q: "a&b" }).catch(() => {});
    expect(asked).toEqual([
      { url: "http://there/simulations", headers: { accept: "application/json", authorization: "Bearer t" } },
      expect.objectContaining({ url: "http://there/simulations/m/events?q=a%26b" }),
    ]);
  });

  it("tells the server's error by its code, known or of a newer server", async () => {
    for (const code of ["SIMULATION_NOT_FOUND", "TEAPOT"]) {
      const { client } = respond(404, JSON.stringify({ code, message: "none", details: { reference: "m" } }));
      const error = await client.run({ id: "m" }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ApiRequestError);
      expect(error).toMatchObject({ code, message: "none", status: 404, details: { reference: "m" } });
    }
  });

  it("tells the status of what is no answer of the API", async () => {
    await expect(respond(502, "<html>").client.run({ id: "m" })).rejects.toMatchObject({
      code: "HTTP_502",
      status: 502,
    });
  });
});
