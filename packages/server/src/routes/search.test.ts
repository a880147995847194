import { appendFileSync, mkdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";

afterEach(giveBack);

interface Message {
  id?: string;
  event?: string;
  data: string;
}

function messagesIn(text: string): Message[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "" && !block.startsWith(":"))
    .map((block) => {
      const fields = block.split("\n").map((line) => /^(\w+): (.*)$/s.exec(line)?.slice(1) ?? []);
      return Object.fromEntries(fields);
    });
}

/** A run so large that looking through it takes a while: an event's line each of a hundred thousand. */
function writeLarge(outputDir: string, events: number): void {
  const directory = join(outputDir, "large");
  mkdirSync(directory);
  let text = "";
  for (let at = 0; at < events; at++) {
    const id = `01KAR8B1C0A1B2C0${String(at).padStart(10, "0")}`;
    const time = new Date(1_763_882_100_000 + at).toISOString().replace("Z", "000Z");
    text += `{"event_id":"${id}","timestamp":"${time}","turn_number":${Math.floor(at / 100)},"event_type":"ACTION","simulation_id":"large","agent_id":"a","description":"a","action_type":"wait","action_payload":{"text":"${"caf\\u00e9 ".repeat(60)}"}}\n`;
    if (text.length > 4_000_000 || at === events - 1) {
      appendFileSync(join(directory, "events.jsonl"), text);
      text = "";
    }
  }
}

describe("a search over HTTP", () => {
  it("sends hits whole, in order, and says at the end what it found and what it could not look at", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "market-1", 30);
    const server = await serve({ outputDir });
    const query = "q=AMOUNT&in=payload&event_types=ACTION";
    const { text, headers } = await ask(server, `/simulations/market-1/search?${query}&hits=5`);
    expect(headers["content-type"]).toBe("text/event-stream");
    const messages = messagesIn(text);
    const { json: page } = await ask(server, `/simulations/market-1/events?${query}&limit=5`);
    const hits = messages.filter(({ event }) => event === undefined);
    expect(hits.map(({ data }) => JSON.parse(data))).toEqual(page.events);
    expect(hits.map(({ id }) => id)).toEqual(
      page.events.map((event: { event_id: string }) => event.event_id),
    );
    expect(messages.at(-1)?.event).toBe("end");
    expect(JSON.parse(messages.at(-1)?.data ?? "")).toMatchObject({
      hits: 60,
      scanned: 60,
      of: 60,
      gaps: [],
    });
  });

  it("stops when its client goes, and what it has looked at is not looked at again", async () => {
    const outputDir = outputDirectory();
    writeLarge(outputDir, 60_000);
    const server = await serve({ outputDir });
    await ask(server, "/simulations/large");
    const path = "/simulations/large/search?q=never%20there&in=payload&hits=0";
    const scanned = await new Promise<number>((resolve, reject) => {
      const request = get(`${server.url}${path}`, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
          const [progress] = messagesIn(text.slice(0, text.lastIndexOf("\n\n") + 2)).filter(
            ({ event }) => event === "progress",
          );
          if (!progress) return;
          request.destroy();
          resolve(JSON.parse(progress.data).scanned);
        });
        response.on("error", () => {});
      });
      request.on("error", reject);
    });
    expect(scanned).toBeGreaterThan(0);
    // Nothing goes on in the server: it answers, and its next search begins behind what is known.
    const { text } = await ask(server, path);
    const first = messagesIn(text)[0];
    expect(JSON.parse(first?.data ?? "").scanned).toBeGreaterThanOrEqual(scanned);
    expect(JSON.parse(messagesIn(text).at(-1)?.data ?? "")).toMatchObject({ scanned: 60_000, hits: 0 });
    const { json } = await ask(server, "/simulations/large/events?q=CAF%C3%89&in=payload&limit=1");
    expect(json.total).toBe(60_000);
  });
});
