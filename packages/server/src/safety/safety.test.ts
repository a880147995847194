import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@llm-sim/store";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildServer } from "../build-server.ts";
import { ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import { isServerError } from "../server-error.ts";
import { type RunningServer, startServer } from "../start-server.ts";

const SECRET = "the secret of another directory";
let outputDir: string;
let server: RunningServer;

beforeAll(async () => {
  const parent = outputDirectory();
  outputDir = join(parent, "output");
  await writeRun(outputDir, "market-1");
  // Beside the output directory: a file, and a run that only a symbolic link leads to.
  writeFileSync(join(parent, "secret.txt"), SECRET);
  cpSync(join(outputDir, "market-1"), join(parent, "elsewhere"), { recursive: true });
  symlinkSync(join(parent, "elsewhere"), join(outputDir, "linked"));
  mkdirSync(join(outputDir, "linked-log"));
  symlinkSync(join(parent, "elsewhere", "events.jsonl"), join(outputDir, "linked-log", "events.jsonl"));
  mkdirSync(join(outputDir, "no-log"));
  symlinkSync(join(parent, "secret.txt"), join(outputDir, "no-log", "events.jsonl"));
  server = await serve({ outputDir });
});
afterAll(giveBack);

describe("the output directory is never left", () => {
  const ids = [
    "..",
    "../elsewhere",
    "..%2Felsewhere",
    "..%2felsewhere",
    "%2e%2e%2felsewhere",
    "%2e%2e/elsewhere",
    "..%5Celsewhere",
    "market-1%2F..%2F..%2Felsewhere",
    "market-1/../../elsewhere",
    "%252e%252e%252felsewhere",
    ".%2Fmarket-1",
    "market-1%00",
    "market-1%2F",
    "%2Fetc",
    "~",
    ".",
    "linked",
  ];
  for (const id of ids) {
    it(`through the id ${id}`, async () => {
      for (const route of [
        "",
        "/events",
        "/timeline",
        "/stream",
        "/integrity",
        "/causality/01KAR8B1C0A1B2C000000000F7",
      ]) {
        const { status, text, json } = await ask(server, `/simulations/${id}${route}`);
        expect([400, 404], `${route}: ${text}`).toContain(status);
        expect(json.code).toMatch(/^(SIMULATION_NOT_FOUND|NOT_FOUND|INVALID_ARGUMENT)$/);
        expect(text).not.toContain("simulation_start");
      }
    });
  }

  it("through links inside a run", async () => {
    for (const id of ["linked-log", "no-log"]) {
      const { text, status, json } = await ask(server, `/simulations/${id}/events`);
      expect([status, json.code]).toEqual([404, "SIMULATION_NOT_FOUND"]);
      expect(json.message).toContain("events.jsonl: symbolic link that leads out of");
      expect(text).not.toContain("event_id");
      expect(text).not.toContain(SECRET);
      expect(text, "where the runs lie is told to nobody").not.toContain(tmpdir());
    }
  });

  it("and the list says so of what leads out, and nothing of what is there", async () => {
    const { json, text } = await ask(server, "/simulations");
    const reason = expect.stringContaining("symbolic link that leads out of");
    expect(text).not.toContain(tmpdir());
    for (const id of ["linked", "linked-log", "no-log"]) {
      const listed = json.simulations.find((run: { id: string }) => run.id === id);
      expect(listed, id).toMatchObject({ name: id, event_count: 0, bytes: 0, unreadable: reason });
      expect(listed, id).not.toHaveProperty("start_time");
    }
  });
});

describe("a request is refused whose Host is another's", () => {
  it("whatever it asks for", async () => {
    for (const path of [
      "/simulations",
      "/",
      "/docs",
      "/openapi.json",
      "/nothing",
      "/simulations/market-1/stream",
    ]) {
      const { status, json } = await ask(server, path, { headers: { host: "evil.example:8000" } });
      expect([status, json.code, json.details], path).toEqual([
        400,
        "INVALID_ARGUMENT",
        { parameter: "Host" },
      ]);
    }
  });

  it("whatever its method", async () => {
    for (const method of ["HEAD", "OPTIONS", "POST"]) {
      expect(
        (await ask(server, "/simulations", { method, headers: { host: "evil.example" } })).status,
        method,
      ).toBe(400);
    }
  });

  it("while the server's own names are taken, on any port", async () => {
    for (const host of ["localhost", "127.0.0.1:1", "[::1]:8000", `localhost:${server.port}`]) {
      expect((await ask(server, "/health", { headers: { host } })).status, host).toBe(200);
    }
  });

  it("and so is one without a Host", async () => {
    expect(await raw(server, "GET /simulations HTTP/1.0\r\n\r\n")).toMatch(
      /^HTTP\/1.1 400 .*INVALID_ARGUMENT/s,
    );
    expect(await raw(server, "GET /simulations HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe("a request is refused", () => {
  for (const header of ["Host: localhost", "Authorization: Bearer b", "Origin: https://evil.example"]) {
    const [name = ""] = header.split(":");
    it(`that says twice what its ${name} is`, async () => {
      const first = name === "Host" ? "" : `Host: localhost\r\n`;
      const answer = await raw(
        server,
        `GET /health HTTP/1.1\r\n${first}${header}\r\n${header}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain(`"parameter":"${name}"`);
    });
  }

  it("that expects what nobody does, in the shape of all errors", async () => {
    const answer = await raw(
      server,
      "GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 .*"code":"INVALID_ARGUMENT".*"parameter":"Expect"/s);
    const fine = await raw(
      server,
      "GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    );
    expect(fine).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  });
});

describe("what a page of another site asks is refused before any work", () => {
  const CROSS_SITE = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "no-cors",
    "sec-fetch-dest": "image",
  };
  const NAVIGATION = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  const DATA = [
    "/health",
    "/simulations",
    "/simulations/market-1/widest",
    "/%73imulations/market-1/events",
    "/compare?left=a&right=b",
    "/schema/event",
  ];

  it("whatever it asks, and however it says where it comes from", async () => {
    const ways: Record<string, string>[] = [
      CROSS_SITE,
      { ...CROSS_SITE, "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { ...NAVIGATION },
    ];
    for (const path of DATA)
      for (const headers of ways) {
        const { status, json } = await ask(server, path, { headers });
        expect([status, json.code], `${path} ${JSON.stringify(headers)}`).toEqual([403, "CROSS_SITE"]);
      }
    for (const path of ["/", "/docs", "/openapi.json", "/nothing"])
      expect((await ask(server, path, { headers: CROSS_SITE })).status, path).toBe(403);
    expect((await ask(server, "/", { headers: { ...NAVIGATION, "sec-fetch-dest": "iframe" } })).status).toBe(
      403,
    );
    expect((await ask(server, "/simulations", { method: "OPTIONS", headers: CROSS_SITE })).status).toBe(403);
  });

  it("but a link to a page of the UI leads there, and a typed address, the UI's own pages and what is no browser are answered", async () => {
    for (const path of ["/", "/docs"])
      expect((await ask(server, path, { headers: NAVIGATION })).status, path).toBe(200);
    const own = `http://127.0.0.1:${server.port}`;
    const fine: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
      { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" },
      { host: `127.0.0.1:${server.port}`, origin: own },
    ];
    for (const headers of fine)
      expect((await ask(server, "/simulations", { headers })).status, JSON.stringify(headers)).toBe(200);
  });

  it("and an origin that --cors-origin names is answered, and no other with it", async () => {
    const origin = "https://notebook.example";
    const named = await serve({ outputDir, corsOrigins: [origin] });
    const cors = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
    expect((await ask(named, "/simulations", { headers: { ...cors, origin } })).status).toBe(200);
    expect(
      (await ask(named, "/simulations", { headers: { ...cors, origin: "https://evil.example" } })).status,
    ).toBe(403);
    expect((await ask(named, "/simulations", { headers: CROSS_SITE })).status).toBe(403);
  });

  it("even without a token that is asked for", async () => {
    const guarded = await serve({ outputDir, token: "t0ken" });
    expect((await ask(guarded, "/simulations", { headers: CROSS_SITE })).json.code).toBe("CROSS_SITE");
  });
});

describe("what is no HTTP", () => {
  it("is answered 400 in the shape of all errors", async () => {
    const answer = await raw(server, "GET / \x01nonsense\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toEqual({
      code: "INVALID_ARGUMENT",
      message: expect.any(String),
    });
  });

  it("nor does a head without end take memory", async () => {
    expect(
      await raw(server, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe("pages of other origins", () => {
  const origin = "https://notebook.example";

  it("read nothing by default", async () => {
    const { headers } = await ask(server, "/simulations", { headers: { origin } });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const preflight = await ask(server, "/simulations", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
    expect(preflight.headers["access-control-allow-methods"]).toBeUndefined();
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  it("read where they are named, and only those", async () => {
    const named = await serve({ outputDir, corsOrigins: [origin], token: "t0ken" });
    const headers = { origin, authorization: "Bearer t0ken" };
    const answer = await ask(named, "/simulations/market-1/events", { headers });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "X-Skipped-Lines",
      vary: expect.stringContaining("Origin"),
    });
    const preflight = await ask(named, "/simulations", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "Authorization, Last-Event-ID",
    });
    for (const other of [
      "https://evil.example",
      "http://notebook.example",
      "https://notebook.example.evil.example",
      "null",
    ]) {
      const refused = await ask(named, "/simulations", { headers: { ...headers, origin: other } });
      expect(refused.headers["access-control-allow-origin"], other).toBeUndefined();
    }
    const stream = await ask(named, "/simulations/market-1/stream", { headers });
    expect(stream.headers["access-control-allow-origin"]).toBe(origin);
    const error = await ask(named, "/simulations/none", { headers });
    expect(error.headers["access-control-allow-origin"]).toBe(origin);
  });

  for (const wrong of [
    "*",
    "null",
    "notebook.example",
    "https://notebook.example/",
    "https://notebook.example/path",
    "file:///x",
  ]) {
    it(`cannot be named as ${wrong}`, async () => {
      await expect(startServer({ outputDir, port: 0, corsOrigins: [wrong] })).rejects.toSatisfy((error) =>
        isServerError(error, "INVALID_OPTION"),
      );
    });
  }
});

describe("the token", () => {
  for (const host of ["0.0.0.0", "::", "", "192.168.1.5", "sim.example.org"]) {
    it(`is asked for before binding to "${host}", in one line`, async () => {
      const refusal = await startServer({ outputDir, host, port: 0 }).catch((error: unknown) => error);
      expect(isServerError(refusal, "TOKEN_REQUIRED")).toBe(true);
      expect(String(refusal)).toMatch(
        /^ServerError: host ".*" lets other machines in: give a token \(--token or LLM_SIM_TOKEN\), or bind to 127\.0\.0\.1\.$/,
      );
    });
  }

  it("may not be empty, nor what no header carries", async () => {
    for (const token of ["", "two words", "ünïcode", "line\nbreak"]) {
      await expect(startServer({ outputDir, port: 0, token })).rejects.toSatisfy((error) =>
        isServerError(error, "INVALID_OPTION"),
      );
    }
  });

  const DATA = [
    "/health",
    "/simulations",
    "/simulations/market-1",
    "/simulations/market-1/events",
    "/simulations/market-1/stream",
    "/simulations/market-1/timeline",
    "/simulations/market-1/integrity",
    "/schema/event",
  ];

  it("is asked of every request for data", async () => {
    const guarded = await serve({ outputDir, host: "0.0.0.0", token: "s3cret-t0ken" });
    expect(guarded.browserUrl).toBe(`${guarded.url}/#token=s3cret-t0ken`);
    for (const path of DATA) {
      for (const authorization of [
        undefined,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer s3cret-t0ken-and-more",
        "Basic s3cret-t0ken",
        "s3cret-t0ken",
      ].slice(0, path === "/simulations" ? 8 : 1)) {
        const answer = await ask(guarded, path, {
          headers: authorization === undefined ? {} : { authorization },
        });
        expect(answer.status, `${path} with ${authorization}`).toBe(401);
        expect(answer.json).toEqual({ code: "UNAUTHENTICATED", message: expect.not.stringContaining("\n") });
        expect(answer.headers["www-authenticate"]).toBe('Bearer realm="llm-sim"');
      }
      const answer = await ask(guarded, path, { headers: { authorization: "Bearer s3cret-t0ken" } });
      expect(answer.status, path).toBe(200);
    }
    expect(
      (await ask(guarded, "/simulations", { headers: { authorization: "bearer   s3cret-t0ken" } })).status,
    ).toBe(200);
    expect((await ask(guarded, "/simulations?token=s3cret-t0ken")).status).toBe(401);
    expect((await ask(guarded, "/simulations", { method: "HEAD" })).status).toBe(401);
  });

  it("is not asked for the UI and the documentation, which hold no data", async () => {
    const guarded = await serve({ outputDir, token: "s3cret-t0ken" });
    for (const path of ["/", "/docs", "/openapi.json"])
      expect((await ask(guarded, path)).status, path).toBe(200);
  });

  it("cannot be guessed at speed, while who has it is never held up", async () => {
    const guarded = await serve({ outputDir, token: "s3cret-t0ken" });
    const right = { authorization: "Bearer s3cret-t0ken" };
    const statuses: number[] = [];
    for (let guess = 0; guess < 30; guess++) {
      statuses.push(
        (await ask(guarded, "/health", { headers: { authorization: `Bearer guess-${guess}` } })).status,
      );
    }
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses.slice(20)).toEqual(Array.from({ length: 10 }, () => 429));
    expect((await ask(guarded, "/health", { headers: right })).status).toBe(200);
    expect((await ask(guarded, "/health")).json.code).toBe("UNAUTHENTICATED");
    for (let request = 0; request < 100; request++) {
      expect((await ask(guarded, "/health", { headers: right })).status).toBe(200);
    }
  });
});

describe("every answer", () => {
  it("lets a browser load nothing from outside, and be framed by nobody", async () => {
    for (const path of ["/", "/docs", "/simulations", "/nothing"]) {
      const { headers } = await ask(server, path);
      const policy = headers["content-security-policy"];
      expect(policy, path).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(policy, path).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
  });

  it("to a fault of the server's own says nothing of the inside; the log has it all", async () => {
    const store = openStore(outputDir);
    const logged: string[] = [];
    const logger = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
    const failing = {
      ...store,
      listRuns: () => Promise.reject(new Error("cannot read /home/someone/secret")),
    };
    const app = await buildServer({ store: failing, logger });
    const answer = await app.inject("/simulations");
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      code: "INTERNAL_ERROR",
      message: "The server failed to answer; its log says why.",
    });
    expect(logged.join()).toMatch(/cannot read \/home\/someone\/secret.*safety\.test\.ts/);
    await app.close();
    await store.close();
  });
});

/** What comes back for these bytes. */
function raw({ port }: RunningServer, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", (error) => (text === "" ? reject(error) : resolve(text)));
  });
}
