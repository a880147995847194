import { COMMANDS } from "@llm-sim/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import { isServerError } from "../server-error.ts";
import { type RunningServer, startServer } from "../start-server.ts";
import { ForkRefused, type ForkStart, type StartedFork } from "./index.ts";

const TOKEN = "s3cret";
const PATH = "/simulations/market-1/forks";
const RIGHT = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
const BODY = JSON.stringify({ turn: 2, set: [{ variable: "alice.wealth", value: 5 }] });

let outputDir: string;
let server: RunningServer;
let reading: RunningServer;
/** What was started. */
let started: ForkStart[] = [];
let starting: (start: ForkStart) => Promise<StartedFork>;

const soon: StartedFork = {
  simulation_id: "market-1-fork",
  begun: Promise.resolve(),
  over: Promise.resolve(),
};

beforeAll(async () => {
  outputDir = outputDirectory();
  await writeRun(outputDir, "market-1");
  server = await serve({
    outputDir,
    token: TOKEN,
    startFork: (start) => {
      started.push(start);
      return starting(start);
    },
  });
  reading = await serve({ outputDir });
});
beforeEach(() => {
  started = [];
  starting = async () => soon;
});
afterAll(giveBack);

const post = (
  path: string = PATH,
  {
    headers = RIGHT,
    body = BODY,
    at = server,
  }: { headers?: Record<string, string>; body?: string; at?: RunningServer } = {},
): Promise<Answer> => ask(at, path, { method: "POST", headers, body });

describe("a fork", () => {
  it("is begun of the run that is named, and its id is answered", async () => {
    const { status, json } = await post();
    expect([status, COMMANDS.fork.answer.parse(json)]).toEqual([202, { simulation_id: "market-1-fork" }]);
    expect(started).toEqual([
      {
        simulation_id: "market-1",
        directory: `${outputDir}/market-1`,
        request: JSON.parse(BODY),
      },
    ]);
  });

  it("is answered once it has begun", async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    starting = async () => ({ ...soon, begun });
    const answer = post();
    let isAnswered = false;
    void answer.then(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAnswered).toBe(false);
    begin();
    expect((await answer).status).toBe(202);
  });

  it("that cannot be made says why: for what was asked, or for the run", async () => {
    starting = async () => ({
      ...soon,
      begun: Promise.reject(new ForkRefused("request", "There is no variable x.")),
    });
    expect(await post()).toMatchObject({
      status: 400,
      json: {
        code: "INVALID_ARGUMENT",
        message: "body: There is no variable x.",
        details: { parameter: "body" },
      },
    });
    starting = () => Promise.reject(new ForkRefused("run", "market-1 is being written."));
    expect(await post()).toMatchObject({
      status: 409,
      json: {
        code: "NOT_FORKABLE",
        message: "market-1 is being written.",
        details: { simulation_id: "market-1" },
      },
    });
    starting = () => Promise.reject(new Error("at /home/someone"));
    const fault = await post();
    expect(fault.status).toBe(500);
    expect(fault.text).not.toContain("someone");
  });

  it("is one of a few at a time", async () => {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    starting = async () => ({ ...soon, over });
    const answers = await Promise.all(Array.from({ length: 6 }, () => post()));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      202, 202, 202, 202, 503, 503,
    ]);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.json.code).toBe("OVERLOADED");
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    end();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await post()).status).toBe(202);
  });

  it.each([
    ["what is unknown", { turns: 2, sets: [] }, "sets"],
    ["another kind of value", { turn: "two" }, "turn"],
    ["a turn before the first", { turn: 0 }, "turn"],
    ["no event", { without: ["x"] }, "without"],
    ["an id that leads elsewhere", { turn: 1, id: "../x" }, "id"],
    ["no object", [1], ""],
  ])("is not made of %s, and the answer names it", async (_, body, name) => {
    const { status, json } = await post(PATH, { body: JSON.stringify(body) });
    expect([status, json.code]).toEqual([400, "INVALID_ARGUMENT"]);
    expect(json.message).toContain(name);
    expect(json.message).not.toContain("\n");
    expect(started).toEqual([]);
  });

  it("is not made of what is no JSON, or hides members", async () => {
    for (const body of ["{", "", "null", '{"__proto__":{"turn":1}}', '{"constructor":{"prototype":{}}}']) {
      const { status, json } = await post(PATH, { body });
      expect([status, json.code], body).toEqual([400, "INVALID_ARGUMENT"]);
    }
    expect(started).toEqual([]);
  });
});

describe("a fork is made for nobody", () => {
  const nobody = async (answer: Promise<Answer>, status: number, code: string) => {
    const { status: given, json } = await answer;
    expect([given, json.code]).toEqual([status, code]);
    expect(started).toEqual([]);
  };

  it("where the server was not told to write", async () => {
    await nobody(post(PATH, { at: reading }), 403, "WRITE_NOT_ALLOWED");
    expect((await ask(reading, "/health")).json).not.toHaveProperty("allow_write");
    expect((await ask(server, "/health", { headers: RIGHT })).json.allow_write).toBe(true);
  });

  it("without the token, or with another", async () => {
    const { authorization: _, ...without } = RIGHT;
    await nobody(post(PATH, { headers: without }), 401, "UNAUTHENTICATED");
    for (const authorization of ["Bearer wrong", "Bearer ", `Basic ${TOKEN}`, TOKEN])
      await nobody(post(PATH, { headers: { ...RIGHT, authorization } }), 401, "UNAUTHENTICATED");
    await nobody(post(`${PATH}?token=${TOKEN}`, { headers: without }), 401, "UNAUTHENTICATED");
  });

  it("from a page of another site, whatever it sends", async () => {
    const own = `http://127.0.0.1:${server.port}`;
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { origin: own, "sec-fetch-site": "cross-site" },
    ];
    for (const more of foreign)
      await nobody(post(PATH, { headers: { ...RIGHT, ...more } }), 403, "CROSS_SITE");
    const same = { ...RIGHT, host: `127.0.0.1:${server.port}`, origin: own, "sec-fetch-site": "same-origin" };
    expect((await post(PATH, { headers: same })).status).toBe(202);
  });

  it("under another name, as by DNS rebinding", async () => {
    const headers = { ...RIGHT, host: "evil.example:8000", origin: "http://evil.example:8000" };
    await nobody(post(PATH, { headers }), 400, "INVALID_ARGUMENT");
  });

  it("who sends a form, or a text", async () => {
    for (const type of [
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain",
      "text/plain;application/json",
      "application/jsonp",
      "",
    ])
      await nobody(post(PATH, { headers: { ...RIGHT, "content-type": type } }), 400, "INVALID_ARGUMENT");
  });

  it("who sends more than a fork can be", async () => {
    const body = JSON.stringify({ turn: 1, model: "m".repeat(300_000) });
    await nobody(post(PATH, { body }), 413, "BODY_TOO_LARGE");
  });

  it("of what is no run under the output directory", async () => {
    for (const id of [
      "none",
      "..",
      "..%2Fmarket-1",
      "%2e%2e%2fmarket-1",
      "market-1%2F..%2Fmarket-1",
      "market-1%00",
    ]) {
      const { status, json } = await post(`/simulations/${id}/forks`);
      expect([400, 404, 405], id).toContain(status);
      expect(json.code, id).toMatch(/NOT_FOUND|INVALID_ARGUMENT|METHOD_NOT_ALLOWED/);
    }
    expect(started).toEqual([]);
  });
});

it("a server that writes asks for a token wherever it is bound", async () => {
  const refusal = await startServer({ outputDir, port: 0, startFork: async () => soon }).catch(
    (error: unknown) => error,
  );
  expect(isServerError(refusal, "TOKEN_REQUIRED")).toBe(true);
});
