import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";

const RUN = "/simulations/market-1";

let server: RunningServer;
beforeAll(async () => {
  const outputDir = outputDirectory();
  await writeRun(outputDir);
  mkdirSync(join(outputDir, "later"));
  writeFileSync(join(outputDir, "later", "run.json"), '{"format_version":3}');
  server = await serve({ outputDir });
});
afterAll(giveBack);

describe("a wrong argument is 400 INVALID_ARGUMENT and named", () => {
  const cases: [path: string, parameter: string, message: RegExp, nearest?: string][] = [
    [`${RUN}/events?limit=0`, "limit", />=1, got 0/],
    [`${RUN}/events?limit=10001`, "limit", /<=10000, got 10001/],
    [`${RUN}/events?limit=ten`, "limit", /expected a whole number, got "ten"/],
    [`${RUN}/events?limit=1e3`, "limit", /expected a whole number/],
    [`${RUN}/events?limit=`, "limit", /expected a whole number/],
    [`${RUN}/events?limit=5&limit=6`, "limit", /more than once/],
    [`${RUN}/events?offset=-1`, "offset", />=0/],
    [`${RUN}/events?event_types=DECISON`, "event_types", /did you mean DECISION\?/, "DECISION"],
    [`${RUN}/events?event_types=decision`, "event_types", /did you mean DECISION\?/, "DECISION"],
    [`${RUN}/events?event_types=,`, "event_types", /empty/],
    [`${RUN}/events?agent_ids=a%07b`, "agent_ids", /without comma or control/],
    [`${RUN}/events?start_timestamp=yesterday`, "start_timestamp", /ISO 8601/],
    [`${RUN}/events?caused_by=abc`, "caused_by", /ULID/],
    [`${RUN}/events?cursor=nonsense`, "cursor", /cursor/],
    [`${RUN}/events?turn_start=5&turn_end=2`, "turn_end", /2 is before turn_start, 5/],
    [`${RUN}/timeline?turn_start=5&turn_end=2`, "turn_end", /2 is before turn_start, 5/],
    [`${RUN}/stream?turn_start=5&turn_end=2`, "turn_end", /2 is before turn_start, 5/],
    [
      `${RUN}/events?start_timestamp=2026-12-01T00:00:00Z&end_timestamp=2026-11-01T00:00:00Z`,
      "end_timestamp",
      /is before start_timestamp/,
    ],
    [`${RUN}/events?start_timestamp=2026-11-25T10:00:00+01:00`, "start_timestamp", /write %2B/],
    ["/compare?left=x", "right", /^right: it is missing: a run's id$/],
    ["/compare", "left", /^left: it is missing: a run's id$/],
    [`${RUN}/events?agent_id=alice`, "agent_id", /did you mean agent_ids\?/, "agent_ids"],
    [`${RUN}/events?event_type=ACTION`, "event_type", /did you mean event_types\?/, "event_types"],
    [`${RUN}/events?turn_strat=1`, "turn_strat", /did you mean turn_start\?/, "turn_start"],
    [`${RUN}/events?__proto__=1`, "__proto__", /no such parameter/],
    [
      `${RUN}/events?anything_else_entirely=1`,
      "anything_else_entirely",
      /no such parameter; there are start_timestamp/,
    ],
    [`${RUN}/timeline?buckets=0`, "buckets", />=1/],
    [`${RUN}/timeline?by=day`, "by", /expected one of turn, time|did you mean/],
    [`${RUN}/stream?limit=5`, "limit", /no such parameter/],
    [`${RUN}/causality/01KAR8B1C0A1B2C000000000F7?depth=21`, "depth", /<=20/],
    [`/simulations?sort=name`, "sort", /none is taken here/],
  ];
  for (const [path, parameter, message, nearest] of cases) {
    it(path.replace(RUN, ""), async () => {
      const { status, json } = await ask(server, path);
      expect(status).toBe(400);
      expect(json).toEqual({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(message),
        details: { parameter, ...(nearest !== undefined && { nearest }) },
      });
      expect(json.message).not.toContain("\n");
    });
  }

  it("however long it is, the message is not", async () => {
    const { json } = await ask(server, `${RUN}/events?${"x".repeat(5000)}=1`);
    expect(json.message.length).toBeLessThan(400);
  });
});

describe("what is not there is 404", () => {
  it("an unknown run, with those that are near", async () => {
    const { status, json } = await ask(server, "/simulations/markte-1/events");
    expect(status).toBe(404);
    expect(json).toMatchObject({
      code: "SIMULATION_NOT_FOUND",
      details: { reference: "markte-1", nearest: ["market-1"] },
    });
  });

  for (const route of [
    "",
    "/events",
    "/events/01KAR8B1C0A1B2C000000000F7",
    "/causality/01KAR8B1C0A1B2C000000000F7",
    "/stream",
    "/timeline",
    "/integrity",
  ]) {
    it(`an unknown run at ${route || "the run itself"}`, async () => {
      expect(await ask(server, `/simulations/nobody${route}`)).toMatchObject({
        status: 404,
        json: { code: "SIMULATION_NOT_FOUND" },
      });
    });
  }

  for (const route of ["", "/events", "/state", "/timeline", "/integrity"]) {
    it(`a run of a later version at ${route || "the run itself"}, in words`, async () => {
      const { status, json } = await ask(server, `/simulations/later${route}`);
      expect(status).toBe(404);
      expect(json).toMatchObject({
        code: "SIMULATION_NOT_FOUND",
        message: expect.stringMatching(
          /format version 3, and this llm-sim knows versions up to 2: update llm-sim\.$/,
        ),
      });
    });
  }

  for (const id of ["01KAR8B1C0A1B2C000000000F7", "not-a-ulid"]) {
    it(`the event ${id}`, async () => {
      for (const route of ["events", "causality"]) {
        const { status, json } = await ask(server, `${RUN}/${route}/${id}`);
        expect(status).toBe(404);
        expect(json).toEqual({
          code: "EVENT_NOT_FOUND",
          message: expect.stringContaining(id),
          details: { simulation_id: "market-1", event_id: id },
        });
      }
    });
  }

  it("an event whose id would break the message into lines", async () => {
    const { json } = await ask(server, `${RUN}/events/${encodeURIComponent("a\nb\u001b[2J")}`);
    expect(json).toMatchObject({ code: "EVENT_NOT_FOUND", details: { event_id: "a\nb\u001b[2J" } });
    expect(json.message).toMatch(/^Run market-1 has no event "a\\nb\\u001b\[2J"; a list of its events /);
  });

  for (const path of ["/nothing", "/simulations/market-1/nothing", "//simulations", "/HEALTH"]) {
    it(`the address ${path}`, async () => {
      expect(await ask(server, path)).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
    });
  }
});

describe("other methods", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    it(`${method} is 405, with those that are allowed`, async () => {
      const { status, json, headers } = await ask(server, `${RUN}/events`, {
        method,
        headers: { "content-length": "0" },
      });
      expect(status).toBe(405);
      expect(json.code).toBe("METHOD_NOT_ALLOWED");
      expect(headers.allow).toBe("GET, HEAD, OPTIONS");
    });
  }

  it("CONNECT is 405: this is no proxy", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.end("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    expect(answer).toMatch(/^Allow: GET, HEAD, OPTIONS\r$/m);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  it("OPTIONS is 204, with those that are allowed", async () => {
    const { status, headers, text } = await ask(server, `${RUN}/events`, { method: "OPTIONS" });
    expect([status, headers.allow, text]).toEqual([204, "GET, HEAD, OPTIONS", ""]);
  });
});

it("an address that cannot be decoded is 400 in the same shape", async () => {
  expect(await ask(server, "/simulations/%zz/events")).toMatchObject({
    status: 400,
    json: { code: "INVALID_ARGUMENT" },
  });
});
