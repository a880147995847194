import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { thisProcess } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { openStore } from "@llm-sim/store";
import { afterEach, describe, expect, it, vi } from "vitest";
import { buildServer } from "../build-server.ts";
import { expectMessage } from "../contract.test.fixture.ts";
import { heldBytes } from "../held-memory.test.fixture.ts";
import {
  ask,
  giveBack,
  linesOf,
  openRun,
  outputDirectory,
  serve,
  writeRun,
  writeTurn,
} from "../served-runs.test.fixture.ts";

afterEach(giveBack);

interface Message {
  id?: string;
  event?: string;
  data?: string;
}

/** A client of a stream: reads its messages, as a browser's EventSource does. */
class Client {
  readonly messages: Message[] = [];
  readonly comments: string[] = [];
  ended = false;
  #request: ClientRequest;
  readonly response: Promise<IncomingMessage>;

  constructor(url: string, headers: Record<string, string> = {}) {
    let answered: (response: IncomingMessage) => void;
    this.response = new Promise((resolve) => {
      answered = resolve;
    });
    let text = "";
    this.#request = get(url, { headers, agent: false }, (response) => {
      answered(response);
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
      });
      response.on("end", () => {
        this.ended = true;
      });
      response.on("error", () => {});
    });
    this.#request.on("error", () => {});
  }

  get ids(): (string | undefined)[] {
    return this.messages.filter(({ event }) => event === undefined).map(({ id }) => id);
  }

  async until(isReached: (client: Client) => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!isReached(this)) {
      if (Date.now() > deadline) throw new Error(`not reached after ${this.messages.length} messages`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.#request.destroy();
  }

  #take(block: string): void {
    if (block.startsWith(":")) return void this.comments.push(block);
    const message: Record<string, string> = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      message[line.slice(0, colon)] = line.slice(colon + 2);
    }
    expectMessage(message, "a stream");
    this.messages.push(message);
  }
}

const idsOf = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line).event_id);

describe("the stream of a finished run", () => {
  it("gives every event once, in order, as it stands in the log, then its end", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "market-1", 30);
    const server = await serve({ outputDir });
    const lines = await linesOf(join(outputDir, "market-1"));
    const client = new Client(`${server.url}/simulations/market-1/stream`);
    const { headers, statusCode } = await client.response;
    expect([statusCode, headers["content-type"], headers["cache-control"]]).toEqual([
      200,
      "text/event-stream",
      "no-store",
    ]);
    await client.until(({ ended }) => ended);
    expect(client.messages.slice(0, -1)).toEqual(
      lines.map((line) => ({ id: JSON.parse(line).event_id, data: line })),
    );
    expect(client.messages.at(-1)).toEqual({
      event: "end",
      data: '{"simulation_id":"market-1","status":"completed"}',
    });
  });

  it("goes on behind Last-Event-ID", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir);
    const server = await serve({ outputDir });
    const ids = idsOf(await linesOf(join(outputDir, "market-1")));
    const client = new Client(`${server.url}/simulations/market-1/stream`, {
      "last-event-id": ids[10] ?? "",
    });
    await client.until(({ ended }) => ended);
    expect(client.ids).toEqual(ids.slice(11));
    const atTheEnd = new Client(`${server.url}/simulations/market-1/stream`, {
      "last-event-id": ids.at(-1) ?? "",
    });
    await atTheEnd.until(({ ended }) => ended);
    expect(atTheEnd.messages.map(({ event }) => event)).toEqual(["end"]);
  });

  it("takes the filters", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir);
    const server = await serve({ outputDir });
    const events: Event[] = (await linesOf(join(outputDir, "market-1"))).map((line) => JSON.parse(line));
    const decisions = events
      .filter(({ event_type, agent_id }) => event_type === "DECISION" && agent_id === "bob")
      .map(({ event_id }) => event_id);
    const query = "event_types=DECISION&agent_ids=bob";
    const client = new Client(`${server.url}/simulations/market-1/stream?${query}`);
    await client.until(({ ended }) => ended);
    expect(client.ids).toEqual(decisions);
    // An event that the filter leaves out is a place in the log all the same.
    const resumed = new Client(`${server.url}/simulations/market-1/stream?${query}`, {
      "last-event-id": events.find(({ turn_number }) => turn_number === 2)?.event_id ?? "",
    });
    await resumed.until(({ ended }) => ended);
    expect(resumed.ids).toEqual(decisions.slice(1));
  });

  it("is refused as JSON where it cannot begin", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir);
    const server = await serve({ outputDir });
    const path = "/simulations/market-1/stream";
    const unknown = await ask(server, path, { headers: { "last-event-id": "01KAR8B1C0A1B2C000000000F7" } });
    expect(unknown).toMatchObject({ status: 404, json: { code: "EVENT_NOT_FOUND" } });
    expect(await ask(server, `${path}?event_types=X`)).toMatchObject({
      status: 400,
      json: { code: "INVALID_ARGUMENT" },
    });
    const head = await ask(server, path, { method: "HEAD" });
    expect([head.status, head.headers["content-type"], head.text]).toEqual([200, "text/event-stream", ""]);
  });

  it("keeps a line in one piece whatever white space its writer put between the tokens", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir);
    const [first = ""] = await linesOf(join(outputDir, "market-1"));
    mkdirSync(join(outputDir, "foreign"));
    const line = first.replace("{", "{\r").replaceAll("market-1", "foreign");
    writeFileSync(join(outputDir, "foreign", "events.jsonl"), `${line}\r\n`);
    const server = await serve({ outputDir });
    const client = new Client(`${server.url}/simulations/foreign/stream`);
    await client.until(({ ended }) => ended);
    expect(client.messages[0]?.data).toBe(line.replace("\r", " "));
  });
});

describe("the stream of a run that is being written", () => {
  it("gives what is there and then what comes, once each and in order, and ends when the run does", async () => {
    const outputDir = outputDirectory();
    const run = await openRun(outputDir, "live");
    writeTurn(run, 1);
    await run.flush();
    const server = await serve({ outputDir });
    const clients = Array.from({ length: 5 }, () => new Client(`${server.url}/simulations/live/stream`));
    await clients[0]?.until(({ ids }) => ids.length === 11);
    for (let turn = 2; turn <= 40; turn++) {
      writeTurn(run, turn);
      if (turn % 7 === 0) await run.flush();
    }
    await run.flush();
    await clients[0]?.until(({ ids }) => ids.length === 401);
    expect(clients.some(({ ended }) => ended)).toBe(false);
    await run.close();
    const ids = idsOf(await linesOf(join(outputDir, "live")));
    for (const client of clients) {
      await client.until(({ ended }) => ended);
      expect(client.ids).toEqual(ids);
      expect(client.messages.at(-1)).toMatchObject({
        event: "end",
        data: expect.stringContaining('"completed"'),
      });
    }
  });

  it("loses and repeats nothing for a client that goes and comes again", async () => {
    const outputDir = outputDirectory();
    const run = await openRun(outputDir, "live");
    const server = await serve({ outputDir });
    const seen: (string | undefined)[] = [];
    for (let turn = 1; turn <= 6; turn++) {
      writeTurn(run, turn);
      await run.flush();
      const last = seen.at(-1);
      const client = new Client(
        `${server.url}/simulations/live/stream`,
        last === undefined ? {} : { "last-event-id": last },
      );
      await client.until(({ ids }) => ids.length >= 4 + turn);
      client.close();
      seen.push(...client.ids);
    }
    await run.close();
    const rest = new Client(`${server.url}/simulations/live/stream`, { "last-event-id": seen.at(-1) ?? "" });
    await rest.until(({ ended }) => ended);
    expect([...seen, ...rest.ids]).toEqual(idsOf(await linesOf(join(outputDir, "live"))));
  });

  it("lets go of what it holds when its client goes, be it idle or stalled", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "large", 1000);
    writeFileSync(join(outputDir, "large", "writer.lock"), JSON.stringify(thisProcess()));
    const store = openStore(outputDir);
    const run = await store.openRun("large");
    const begin = run.cursor.bind(run);
    let open = 0;
    vi.spyOn(run, "cursor").mockImplementation(async (subscription, onMore) => {
      const cursor = await begin(subscription, onMore);
      open++;
      const close = cursor.close.bind(cursor);
      cursor.close = () => {
        open--;
        close();
      };
      return cursor;
    });
    const app = await buildServer({ store });
    const url = `${await app.listen({ port: 0 })}/simulations/large/stream`;
    const idle = Array.from({ length: 5 }, () => new Client(`${url}?turn_start=999`));
    for (const client of idle) await client.until(({ ids }) => ids.length > 10);
    const stalled = Array.from({ length: 5 }, () => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.write("GET /simulations/large/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
      socket.pause();
      return socket;
    });
    await vi.waitUntil(() => open === 10, { timeout: 5000 });
    for (const client of idle) client.close();
    for (const socket of stalled) socket.destroy();
    await vi.waitUntil(() => open === 0, { timeout: 5000 });
    await app.close();
    await store.close();
  });

  it("beats while nothing happens, so that nobody takes the connection for dead", async () => {
    const outputDir = outputDirectory();
    const run = await openRun(outputDir, "live");
    await run.flush();
    const server = await serve({ outputDir });
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const client = new Client(`${server.url}/simulations/live/stream`);
      await client.until(({ ids }) => ids.length === 1);
      await vi.advanceTimersByTimeAsync(31_000);
      await client.until(({ comments }) => comments.length === 2);
      expect(client.comments).toEqual([": heartbeat", ": heartbeat"]);
      client.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it("holds a bounded part of the log for a client that does not read", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "large", 1);
    const directory = join(outputDir, "large");
    const [first = ""] = await linesOf(directory);
    const base: Event = JSON.parse(first);
    writeFileSync(join(directory, "writer.lock"), JSON.stringify(thisProcess()));
    const server = await serve({ outputDir });
    await ask(server, "/simulations/large");
    // Ten stalled clients, each of which could be sent 80 MB.
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(server.port, "127.0.0.1");
      socket.write("GET /simulations/large/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
      socket.pause();
      return socket;
    });
    const details = { text: "x".repeat(4000) };
    const line = (n: number) =>
      `${JSON.stringify({ ...base, event_id: `01M8ZZZZZZ${String(n).padStart(16, "0")}`, timestamp: "2027-01-01T00:00:00.000000Z", details })}\n`;
    const before = heldBytes();
    for (let batch = 0; batch < 20; batch++) {
      appendFileSync(
        join(directory, "events.jsonl"),
        Array.from({ length: 1000 }, (_, index) => line(batch * 1000 + index)).join(""),
      );
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const grown = heldBytes() - before;
    for (const socket of sockets) socket.destroy();
    // One batch of the subscription (1 MB) each, and the index of 20,000 events.
    expect(grown).toBeLessThan(60 * 1024 * 1024);
  });
});
