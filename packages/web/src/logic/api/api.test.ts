import { describe, expect, it } from "vitest";
import { fakeApi } from "../../testing/fake-api.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import {
  type ApiClient,
  type Connection,
  countEvents,
  createApiClient,
  isApiError,
  UNREACHABLE,
  UNREADABLE_ANSWER,
  variableQuery,
  wholeHistory,
} from "./index.ts";

const run = fakeRun({ turns: 4 });

function client(fetch: Connection["fetch"], fields: Partial<Connection> = {}) {
  const reachable: boolean[] = [];
  const api = createApiClient({
    baseUrl: "",
    fetch,
    token: () => undefined,
    onReachable: (one) => reachable.push(one),
    retryDelays: [1, 1],
    ...fields,
  });
  return { api, reachable };
}

/** Answers with one after the other; an `Error` is a connection that fails. */
function answering(
  ...answers: (Response | Error)[]
): Connection["fetch"] & { calls: [string, RequestInit][] } {
  const calls: [string, RequestInit][] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const answer = answers[Math.min(calls.length, answers.length - 1)];
    calls.push([url, init]);
    if (!answer || answer instanceof Error) throw answer ?? new Error("no answer");
    return answer.clone();
  };
  return Object.assign(fetch, { calls });
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the API client", () => {
  it("asks in the API's words and parses what comes", async () => {
    const fake = fakeApi({ market: run });
    const { api } = client(fake.fetch);
    const page = await api.events({
      id: "market",
      event_types: ["ACTION", "STATE"],
      agent_ids: ["bob"],
      turn_end: 3,
      limit: 5,
    });
    expect(page.events).toHaveLength(5);
    expect(fake.requests).toEqual([
      "/simulations/market/events?event_types=ACTION%2CSTATE&agent_ids=bob&turn_end=3&limit=5",
    ]);
    expect(await countEvents(api, "market", {})).toBe(run.length);
    expect(await api.event({ id: "market", event_id: run[3]?.event_id ?? "" })).toEqual(run[3]);
    expect((await api.runs({})).simulations.map(({ id }) => id)).toEqual(["market"]);
  });

  it("sends the token where there is one, and only there", async () => {
    const fetch = answering(Response.json({ simulations: [] }));
    await client(fetch, { token: () => "secret" }).api.runs({});
    await client(fetch).api.runs({});
    expect(fetch.calls.map(([, init]) => new Headers(init.headers).get("authorization"))).toEqual([
      "Bearer secret",
      null,
    ]);
  });

  it("tries again what passes: a lost connection, an overloaded server", async () => {
    const fetch = answering(
      new Error("reset"),
      new Response(null, { status: 503 }),
      Response.json({ simulations: [] }),
    );
    const { api, reachable } = client(fetch);
    expect(await api.runs({})).toEqual({ simulations: [] });
    expect(reachable).toEqual([false, true, true]);
  });

  it("tries an answer again that broke off, and takes a gateway without the server for its absence", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("terminated")) });
    const calls: string[] = [];
    const { api, reachable } = client(async (url) => {
      calls.push(url);
      if (calls.length === 1) return new Response(broken);
      return calls.length === 2
        ? new Response("<html>", { status: 502 })
        : Response.json({ simulations: [] });
    });
    expect(await api.runs({})).toEqual({ simulations: [] });
    expect(reachable).toEqual([true, false, false, true]);
  });

  it("gives up a server that stays away, and says so", async () => {
    const fetch = answering(new Error("refused"));
    expect(await failure(client(fetch).api.runs({}))).toMatchObject({ code: UNREACHABLE, status: 0 });
    expect(fetch.calls).toHaveLength(3);
  });

  it("does not repeat what is refused, and keeps the server's words", async () => {
    const refusal = Response.json(
      { code: "INVALID_ARGUMENT", message: "depth: expected 1-20", details: { parameter: "depth" } },
      { status: 400 },
    );
    const fetch = answering(refusal);
    const error = await failure(client(fetch).api.causality({ id: "m", event_id: "x", depth: 99 }));
    expect(isApiError(error, "INVALID_ARGUMENT")).toBe(true);
    expect(error).toMatchObject({
      status: 400,
      message: "depth: expected 1-20",
      details: { parameter: "depth" },
    });
    expect(fetch.calls).toHaveLength(1);
  });

  it("refuses an answer that is not what it should be, naming the place", async () => {
    const wrong = answering(Response.json({ events: [{ event_id: "nope" }], total: 1, has_more: false }));
    expect(await failure(client(wrong).api.events({ id: "m" }))).toMatchObject({
      name: "UnexpectedAnswer",
      field: expect.stringContaining("events.0"),
    });
    const html = answering(new Response("<html>"));
    expect(await failure(client(html).api.runs({}))).toMatchObject({ code: UNREADABLE_ANSWER });
    const proxy = answering(new Response("gone", { status: 410 }));
    expect(await failure(client(proxy).api.runs({}))).toMatchObject({ code: "HTTP_410" });
  });

  it("asks a server that has too much to do again when it says, a few times", async () => {
    const busy = () =>
      Response.json(
        { code: "OVERLOADED", message: "Ask again." },
        { status: 503, headers: { "retry-after": "0" } },
      );
    const passing = answering(busy(), busy(), busy(), busy(), Response.json({ simulations: [] }));
    expect(await client(passing).api.runs({})).toEqual({ simulations: [] });
    const lasting = answering(busy());
    expect(await failure(client(lasting).api.runs({}))).toMatchObject({ code: "OVERLOADED", retryAfter: 0 });
    expect(lasting.calls).toHaveLength(7);
    // Who tries again by itself is not made to wait here.
    const once = answering(busy());
    await failure(client(once, { retryDelays: [] }).api.runs({}));
    expect(once.calls).toHaveLength(1);
  });

  it("stops at once when it is told to, between attempts too", async () => {
    const abort = new AbortController();
    const fetch = answering(new Error("reset"));
    const { api } = client(fetch, { retryDelays: [10_000] });
    const asked = failure(api.runs({}, abort.signal));
    await new Promise((resolve) => setTimeout(resolve, 10));
    abort.abort();
    expect(await asked).toMatchObject({ name: "AbortError" });
    expect(fetch.calls).toHaveLength(1);
  });
});

const page = { events: [], total: 0, has_more: false, next_cursor: null };

it.each([
  ["a page", page, (api: ApiClient) => api.events({ id: "m" })],
  ["a count", page, (api: ApiClient) => countEvents(api, "m", {})],
  [
    "a timeline",
    { by: "turn", total: 0, buckets: [], agents_omitted: 0 },
    (api: ApiClient) => api.timeline({ id: "m", buckets: 1, by: "turn" }),
  ],
  [
    "causes and effects",
    {
      event_id: run[0]?.event_id,
      event: run[0],
      upstream: [],
      downstream: [],
      missing: [],
      truncated: false,
    },
    (api: ApiClient) => api.causality({ id: "m", event_id: "x", depth: 1 }),
  ],
  [
    "a history",
    { simulation_id: "m", variable: "wealth", writes: [], total: 0, has_more: false },
    (api: ApiClient) => wholeHistory(api, "m", { name: "wealth" }),
  ],
])("%s that does not say whether it is all is refused", async (_, body, ask) => {
  const said = { ...body, complete: false, gaps: [{ kind: "segment", message: "One is missing." }] };
  await ask(client(answering(Response.json(said))).api);
  expect(await failure(ask(client(answering(Response.json(body))).api))).toMatchObject({
    name: "UnexpectedAnswer",
    field: "complete",
  });
});

describe("a variable's whole history", () => {
  const answer = (writes: unknown[], total: number, has_more: boolean) =>
    Response.json({
      simulation_id: "m",
      variable: "wealth",
      writes,
      total,
      has_more,
      complete: true,
      gaps: [],
    });
  const write = (turn: number) => ({
    turn,
    event_id: run[turn]?.event_id ?? "",
    old_value: turn - 1,
    new_value: turn,
  });

  it("is collected page by page", async () => {
    const fetch = answering(answer([write(1), write(2)], 3, true), answer([write(3)], 3, false));
    const { api } = client(fetch);
    const { writes, gaps } = await wholeHistory(api, "m", { name: "wealth", agent: "bob" });
    expect(writes.map(({ turn }) => turn)).toEqual([1, 2, 3]);
    expect(gaps).toEqual([]);
    expect(fetch.calls.map(([url]) => url)).toEqual([
      "/simulations/m/history?variable=wealth&agent_id=bob&limit=10000&offset=0",
      "/simulations/m/history?variable=wealth&agent_id=bob&limit=10000&offset=2",
    ]);
  });

  it("says so where it is longer than what is fetched of it", async () => {
    const writes = Array.from({ length: 50_000 }, () => write(1));
    const { api } = client(answering(answer(writes, 60_001, true)));
    expect((await wholeHistory(api, "m", { name: "wealth" })).gaps).toEqual([
      { kind: "not_fetched", message: "Only the first 50,000 of 60,001 writes are drawn." },
    ]);
  });
});

it("asks for an agent's variable by its own name, for the world's so that it is no agent's", () => {
  expect(variableQuery("wealth", "bob")).toEqual({ variable: "wealth", agent_id: "bob" });
  expect(variableQuery("alice.wealth", undefined)).toEqual({ variable: "global.alice.wealth" });
});
