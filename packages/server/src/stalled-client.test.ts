import { connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, giveBack, openRun, outputDirectory, serve } from "./served-runs.test.fixture.ts";

vi.mock("./limits.ts", async (original) => ({
  ...(await original<typeof import("./limits.ts")>()),
  STALLED_AFTER: 300,
  HEARTBEAT: 100,
}));
afterEach(giveBack);

describe("a client that takes nothing of its answer", () => {
  it("is let go, and what was held for it given to the next", async () => {
    const outputDir = outputDirectory();
    const stream = await openRun(outputDir, "heavy");
    for (let event = 0; event < 40; event++) stream.detail("blob", { text: "x".repeat(1_000_000) });
    await stream.flush();
    const server = await serve({ outputDir });
    // Twelve pages of 32 MB, of which eight are held at one time.
    const stalled = Array.from({ length: 12 }, (_, index) => {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      const route = index === 0 ? "stream" : "events";
      socket.write(`GET /simulations/heavy/${route} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      socket.pause();
      return socket;
    });
    const { json } = await ask(server, "/simulations/heavy/events?limit=3");
    expect(json.events).toHaveLength(3);
    for (const socket of stalled) socket.destroy();
  });

  it("is not one that waits for news: a stream that is idle stays open", async () => {
    const outputDir = outputDirectory();
    const stream = await openRun(outputDir, "live");
    await stream.flush();
    const server = await serve({ outputDir });
    let received = "";
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /simulations/live/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(socket.destroyed).toBe(false);
    stream.phase("late");
    await vi.waitUntil(() => received.includes('"name":"late"'), { timeout: 5000 });
    socket.destroy();
  });
});
