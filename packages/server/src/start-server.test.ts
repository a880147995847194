import { appendFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { buildOf } from "@llm-sim/events/run";
import { afterEach, describe, expect, it, vi } from "vitest";
import { heldBytes } from "./held-memory.test.fixture.ts";
import {
  ask,
  giveBack,
  openRun,
  outputDirectory,
  serve,
  writeRun,
  writeTurn,
} from "./served-runs.test.fixture.ts";
import { isServerError } from "./server-error.ts";
import { startServer } from "./start-server.ts";

afterEach(giveBack);

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

it("refuses an option there is none of, by name", async () => {
  const options: object = { prot: 0 };
  await expect(startServer({ outputDir: "output", ...options })).rejects.toMatchObject({
    code: "INVALID_OPTION",
    message: '"prot" is no option of startServer; did you mean "port"?',
  });
});

describe("a server that starts", () => {
  it("binds to loopback unless told otherwise, and says where", async () => {
    const server = await serve({ outputDir: outputDirectory() });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(server.browserUrl).toBe(`${server.url}/`);
    const build = buildOf(import.meta.url);
    expect(build.version).toMatch(/^\d+\.\d+\.\d+/);
    expect((await ask(server, "/health")).json).toEqual({ status: "healthy", ...build });
    expect((await ask(server, "/openapi.json")).json.info.version).toBe(build.version);
  });

  it("serves a directory that is not there yet, and its runs once they are", async () => {
    const outputDir = join(outputDirectory(), "output");
    const server = await serve({ outputDir });
    expect((await ask(server, "/simulations")).json).toEqual({ simulations: [] });
    await writeRun(outputDir);
    expect((await ask(server, "/simulations")).json.simulations).toHaveLength(1);
  });

  it("is reached under IPv6 loopback too", async () => {
    const server = await serve({ outputDir: outputDirectory(), host: "::1" });
    expect(server.url).toBe(`http://[::1]:${server.port}`);
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: "healthy" });
  });

  it("says in one line that its port is taken", async () => {
    const outputDir = outputDirectory();
    const { port } = await serve({ outputDir });
    const refusal = await startServer({ outputDir, port }).catch((error: unknown) => error);
    expect(isServerError(refusal, "ADDRESS_IN_USE")).toBe(true);
    expect(String(refusal)).toBe(
      `ServerError: Something already listens on 127.0.0.1:${port}: stop it, or choose another port.`,
    );
    const nowhere = await startServer({ outputDir, port: 0, host: "203.0.113.7", token: "t" }).catch(
      (error: unknown) => error,
    );
    expect(isServerError(nowhere, "ADDRESS_UNAVAILABLE")).toBe(true);
  });
});

describe("a server that stops", () => {
  it("ends open streams in good order, without saying that the run is over, within a second", async () => {
    const outputDir = outputDirectory();
    const run = await openRun(outputDir, "live");
    writeTurn(run, 1);
    await run.flush();
    const server = await serve({ outputDir });
    const streams = await Promise.all(
      Array.from({ length: 3 }, () => open(`${server.url}/simulations/live/stream`)),
    );
    await pause(100);
    const started = Date.now();
    await server.close();
    expect(Date.now() - started).toBeLessThan(1000);
    for (const { response, text, ended } of streams) {
      await ended;
      expect(response.complete).toBe(true);
      expect(text().match(/^id: /gm)).toHaveLength(11);
      expect(text()).not.toContain("event: end");
    }
  });

  it("does not wait for a client that does not read", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "large", 1000);
    const server = await serve({ outputDir });
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /simulations/large/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.pause();
    socket.on("error", () => {});
    await pause(300);
    const started = Date.now();
    await server.close();
    expect(Date.now() - started).toBeLessThan(3000);
    socket.destroy();
  });

  it("cuts no request: what has begun is answered in full", async () => {
    const outputDir = outputDirectory();
    await writeHeavyRun(outputDir);
    const server = await serve({ outputDir });
    await ask(server, "/simulations/heavy");
    const agent = new Agent({ keepAlive: true });
    // Read slowly, so that the server is still sending when it is told to stop.
    const pages = await Promise.all(
      Array.from({ length: 4 }, () => open(`${server.url}/simulations/heavy/events?limit=20`, agent, 1)),
    );
    let isClosed = false;
    const closed = server.close().then(() => {
      isClosed = true;
    });
    await pause(20);
    expect(isClosed).toBe(false);
    for (const { ended, text, response } of pages) {
      await ended;
      expect(response.complete).toBe(true);
      expect(JSON.parse(text()).events).toHaveLength(20);
    }
    // The connections are kept alive by the client, which holds nobody up.
    await closed;
    agent.destroy();
    await expect(ask(server, "/health")).rejects.toThrow(/ECONNREFUSED/);
  });

  it("answers also what comes on an open connection while it closes, and then ends the connection", async () => {
    const outputDir = outputDirectory();
    await writeHeavyRun(outputDir);
    const server = await serve({ outputDir });
    const socket = connect(server.port, "127.0.0.1");
    const request = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    request("/simulations/heavy/events?limit=20");
    await new Promise((resolve) => socket.once("readable", resolve));
    // Its answer is not read yet, so the connection is live when the server is told to stop.
    const closed = server.close();
    await pause(50);
    request("/health");
    let text = "";
    for await (const chunk of socket) text += chunk;
    await closed;
    const [page = "", health = ""] = text.split("HTTP/1.1 ").slice(1);
    expect([page.slice(0, 6), health.slice(0, 6)]).toEqual(["200 OK", "200 OK"]);
    expect(page.length).toBeGreaterThan(19_000_000);
    expect(health).toMatch(/^connection: close\r$/im);
    expect(health).toMatch(/"status":"healthy"/);
  });

  it("may be told so twice", async () => {
    const server = await serve({ outputDir: outputDirectory() });
    const first = server.close();
    expect(server.close()).toBe(first);
    await first;
    await server.close();
  });

  it("frees its port for the next", async () => {
    const outputDir = outputDirectory();
    const first = await serve({ outputDir });
    await first.close();
    const next = await startServer({ outputDir, port: first.port });
    await next.close();
  });
});

describe("a server with many clients", () => {
  it("answers 300 requests at once, each with its own answer", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "market-1", 20);
    const server = await serve({ outputDir });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        ask(server, `/simulations/market-1/events?turn_start=${index % 20}&turn_end=${index % 20}&limit=3`),
      ),
    );
    for (const [index, { status, json }] of answers.entries()) {
      expect(status).toBe(200);
      expect(
        json.events.every(({ turn_number }: { turn_number: number }) => turn_number === index % 20),
      ).toBe(true);
    }
  });

  it("bounds what pages hold, however many clients read slowly", async () => {
    const outputDir = outputDirectory();
    await writeHeavyRun(outputDir);
    const server = await serve({ outputDir });
    await ask(server, "/simulations/heavy/events?limit=1");
    const before = heldBytes();
    // 24 clients that ask for some 32 MB each, every one for others, and read nothing: without a bound, 768 MB.
    const sockets = Array.from({ length: 24 }, (_, number) => {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        `GET /simulations/heavy/events?limit=${number % 4 === 0 ? 1000 - number : 1001 + number} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      );
      socket.pause();
      return socket;
    });
    await vi.waitFor(() => expect(heldBytes() - before).toBeGreaterThan(60 * 1024 * 1024), {
      timeout: 25_000,
      interval: 100,
    });
    await pause(1500);
    const grown = heldBytes() - before;
    // Others are answered meanwhile, if what they ask for is no page.
    expect((await ask(server, "/health")).status).toBe(200);
    // Those that waited get their turn when others go.
    for (const socket of sockets) socket.destroy();
    expect((await ask(server, "/simulations/heavy/events?limit=2")).json.events).toHaveLength(2);
    // The budgets of short and long answers together are 384 MB; what this process has let go of meanwhile and not yet given back is beside them.
    expect(grown).toBeLessThan(500 * 1024 * 1024);
  });
});

it("goes on through a log that another hand has damaged", async () => {
  const outputDir = outputDirectory();
  await writeRun(outputDir);
  const server = await serve({ outputDir });
  appendFileSync(join(outputDir, "market-1", "events.jsonl"), Buffer.from([0xff, 0xfe, 0x0a, 0x7b, 0x0a]));
  const { status, headers } = await ask(server, "/simulations/market-1/events");
  expect([status, headers["x-skipped-lines"]]).toEqual([200, "2"]);
  const integrity = await ask(server, "/simulations/market-1/integrity");
  expect(integrity.json.result).toBe("violation");
  expect(integrity.json.violations.map(({ rule }: { rule: string }) => rule)).toContain("line");
});

/** 40 events of 1 MB, and some more. */
async function writeHeavyRun(outputDir: string): Promise<void> {
  const stream = await openRun(outputDir, "heavy");
  for (let turn = 1; turn <= 40; turn++) stream.detail("blob", { text: "x".repeat(1_000_000) });
  await stream.close();
}

interface Opened {
  response: IncomingMessage;
  text: () => string;
  ended: Promise<void>;
}

/** A request whose answer has begun; with `delay`, milliseconds are waited after each chunk. */
function open(url: string, agent: Agent | false = false, delay = 0): Promise<Opened> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      const ended = (async () => {
        for await (const chunk of response) {
          chunks.push(chunk);
          if (delay > 0) await pause(delay);
        }
      })();
      resolve({ response, text: () => Buffer.concat(chunks).toString(), ended });
    }).on("error", reject);
  });
}
