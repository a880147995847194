import { createServer, type ServerResponse } from "node:http";
import type { Event } from "@llm-sim/events/schema";
import { afterEach, describe, expect, it } from "vitest";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient, readServerSentEvents } from "../api/index.ts";
import { followRun, type LiveState } from "./follow-run.ts";

const run = fakeRun({ turns: 3 });
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const message = (event: Event) => `id: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`;

/** A real server whose `n`-th connection is answered by the `n`-th of `answers`. */
async function serving(...answers: ((response: ServerResponse, lastEventId: string | undefined) => void)[]) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const last = request.headers["last-event-id"];
    asked.push(typeof last === "string" ? last : undefined);
    answers[asked.length - 1]?.(response, asked.at(-1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const api = createApiClient({
    baseUrl: `http://127.0.0.1:${port}`,
    fetch,
    token: () => "t",
    onReachable: () => {},
  });
  return { api, asked };
}

function follow(api: Awaited<ReturnType<typeof serving>>["api"], after?: string) {
  const events: Event[] = [];
  const states: LiveState[] = [];
  const ended = new Promise<unknown>((resolve) => {
    const stop = followRun(api, "market-7", {
      criteria: {},
      after,
      onEvents: (batch) => events.push(...batch),
      onState: (state) => states.push(state),
      onEnd: (error) => resolve(error),
      batchEvery: 5,
      delays: [5],
    });
    closing.push(async () => stop());
  });
  return { events, states, ended };
}

describe("following a run", () => {
  it("takes every event once, over a connection that breaks and a server that is away for a moment", async () => {
    const { api, asked } = await serving(
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const event of run.slice(0, 5)) response.write(message(event));
        setTimeout(() => response.destroy(), 20);
      },
      (response) => response.writeHead(503).end(),
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end(`: heartbeat\n\n${run.slice(5).map(message).join("")}event: end\ndata: completed\n\n`);
      },
    );
    const { events, states, ended } = follow(api);
    expect(await ended).toBeUndefined();
    expect(events.map(({ event_id: id }) => id)).toEqual(run.map(({ event_id: id }) => id));
    expect(asked).toEqual([undefined, run[4]?.event_id, run[4]?.event_id]);
    expect(states).toEqual(["connecting", "connected", "reconnecting", "reconnecting", "connected", "ended"]);
  });

  it("begins behind the event it is given", async () => {
    const { api, asked } = await serving((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end("event: end\ndata: completed\n\n");
    });
    await follow(api, run[7]?.event_id).ended;
    expect(asked).toEqual([run[7]?.event_id]);
  });

  it("gives up what is refused, and says why", async () => {
    const { api, asked } = await serving((response) =>
      response
        .writeHead(404, { "content-type": "application/json" })
        .end('{"code":"SIMULATION_NOT_FOUND","message":"none"}'),
    );
    expect(await follow(api).ended).toMatchObject({ code: "SIMULATION_NOT_FOUND", status: 404 });
    expect(asked).toHaveLength(1);
  });
});

describe("a stream of server-sent events", () => {
  const text = 'id: 1\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: beat\n\nevent: end\ndata\n\ndata: half';
  it.each([1, 2, 3, 7, 1000])("is cut into messages however it arrives, %d bytes at a time", async (size) => {
    const bytes = new TextEncoder().encode(text);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const messages = [];
    for await (const one of readServerSentEvents(stream)) messages.push(one);
    expect(messages).toEqual([
      { event: "message", data: '{"a":\n1}', id: "1" },
      { event: "end", data: "" },
    ]);
  });
});
