import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, giveBack, openRun, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";

const MOST = 8;
vi.mock("../limits.ts", async (original) => ({
  ...(await original<typeof import("../limits.ts")>()),
  MAX_STREAMS: 8,
}));

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await giveBack();
});

/** What a client of a stream has been sent. */
function follow(port: number, path: string): { text: string; socket: Socket } {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  const client = { text: "", socket };
  socket.on("data", (chunk) => {
    client.text += chunk.toString();
  });
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return client;
}

describe("streams beyond as many as are held", () => {
  it("are told when to come again, and let in when one has gone", async () => {
    const outputDir = outputDirectory();
    const run = await openRun(outputDir, "live");
    await run.flush();
    const { port } = await serve({ outputDir });
    const path = "/simulations/live/stream";
    const clients = Array.from({ length: MOST }, () => follow(port, path));
    await vi.waitUntil(() => clients.every(({ text }) => text.includes("id: ")), { timeout: 5000 });
    const refused = await ask({ port }, path);
    expect(refused).toMatchObject({ status: 503, json: { code: "TOO_MANY_STREAMS" } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    clients[0]?.socket.destroy();
    let next = follow(port, path);
    await vi.waitUntil(
      () => {
        if (next.text.includes(" 503 ")) next = follow(port, path);
        return next.text.includes("id: ");
      },
      { timeout: 5000 },
    );
  });

  it("are told before anything is looked for, so that who is refused costs nothing", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "over", 1);
    const run = await openRun(outputDir, "live");
    await run.flush();
    const { port } = await serve({ outputDir });
    const clients = Array.from({ length: MOST }, () => follow(port, "/simulations/live/stream"));
    await vi.waitUntil(() => clients.every(({ text }) => text.includes("id: ")), { timeout: 5000 });
    expect((await ask({ port }, "/simulations/over/search?q=a")).status).toBe(503);
  });
});
