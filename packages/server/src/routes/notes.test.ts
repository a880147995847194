import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS, notesAnswerSchema } from "@llm-sim/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, ask, giveBack, outputDirectory, serve, writeRun } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";

const TOKEN = "s3cret";
const RIGHT = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };

let outputDir: string;
let server: RunningServer;
let reading: RunningServer;
let run = "";
let count = 0;

beforeAll(async () => {
  outputDir = outputDirectory();
  const startFork = () => Promise.reject(new Error("No fork is made here."));
  server = await serve({ outputDir, token: TOKEN, startFork });
  reading = await serve({ outputDir });
});
beforeEach(async () => {
  run = `market-${++count}`;
  await writeRun(outputDir, run);
});
afterAll(giveBack);

const file = () => join(outputDir, run, "notes.jsonl");
const listed = async () => (await ask(reading, `/simulations/${run}/notes`)).json;
const post = (
  body: unknown,
  {
    headers = RIGHT,
    at = server,
    id = run,
  }: { headers?: Record<string, string>; at?: RunningServer; id?: string } = {},
): Promise<Answer> =>
  ask(at, `/simulations/${id}/notes`, { method: "POST", headers, body: JSON.stringify(body) });
const someEvent = async () =>
  (await ask(reading, `/simulations/${run}/events?event_types=ACTION&limit=1`)).json.events[0];

describe("notes", () => {
  it("are none of a run about which nobody wrote", async () => {
    expect(await listed()).toEqual({ simulation_id: run, notes: [], skipped_lines: 0 });
  });

  it("are written about the run, a turn or an event, whose turn they have", async () => {
    const { event_id, turn_number: turn } = await someEvent();
    const { status, json } = await post({ text: "here it begins", event_id, author: "ann" });
    expect([status, COMMANDS.writeNote.answer.parse(json)]).toEqual([201, json]);
    expect(json).toMatchObject({ text: "here it begins", event_id, turn, author: "ann" });
    await post({ text: "a quiet turn", turn: 1 });
    await post({ text: "of the run" });
    const answer = await listed();
    expect(notesAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer.notes.map((note: { text: string }) => note.text)).toEqual([
      "here it begins",
      "a quiet turn",
      "of the run",
    ]);
    expect(answer.notes[2]).not.toHaveProperty("turn");
  });

  it("are changed, and taken away", async () => {
    const { note_id } = (await post({ text: "one", turn: 1 })).json;
    expect((await post({ note_id, text: "two" })).json).toMatchObject({ note_id, turn: 1, text: "two" });
    expect((await listed()).notes).toMatchObject([{ note_id, text: "two" }]);
    expect((await post({ note_id, text: "" })).status).toBe(201);
    expect((await listed()).notes).toEqual([]);
    const gone = await post({ note_id, text: "" });
    expect([gone.status, gone.json.code]).toEqual([404, "NOTE_NOT_FOUND"]);
  });

  it("are followed while others write them, torn lines counted", async () => {
    const time = "2026-11-26T10:00:00.000000Z";
    appendFileSync(
      file(),
      `${JSON.stringify({ note_id: "n", text: "by hand", time, mood: "glad" })}\n{"note_id":"m`,
    );
    expect(await listed()).toEqual({
      simulation_id: run,
      notes: [{ note_id: "n", text: "by hand", time }],
      skipped_lines: 1,
    });
    await post({ text: "after" });
    expect(await listed()).toMatchObject({
      notes: [{ text: "by hand" }, { text: "after" }],
      skipped_lines: 1,
    });
  });

  it("are no part of the log", async () => {
    const before = (await ask(reading, `/simulations/${run}`)).json.event_count;
    await post({ text: "x" });
    expect((await ask(reading, `/simulations/${run}`)).json.event_count).toBe(before);
    expect((await ask(reading, `/simulations/${run}/integrity`)).json.result).toBe("ok");
  });

  it.each([
    [{}, 400, "INVALID_ARGUMENT"],
    [{ text: 5 }, 400, "INVALID_ARGUMENT"],
    [{ text: "x", colour: "red" }, 400, "INVALID_ARGUMENT"],
    [{ text: "x".repeat(16_385) }, 400, "INVALID_ARGUMENT"],
    [{ text: "x".repeat(300_000) }, 413, "BODY_TOO_LARGE"],
    [{ text: "x", turn: 1.5 }, 400, "INVALID_ARGUMENT"],
    [{ text: "x", event_id: "01KAR8B1C0A1B2C000000000F7" }, 404, "EVENT_NOT_FOUND"],
  ])("that are wrong are not written: %j", async (body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(existsSync(file())).toBe(false);
  });

  it("are written with the token, as JSON, and only where the server writes", async () => {
    const text = { text: "x" };
    const { authorization } = RIGHT;
    const tries = [
      post(text, { headers: { "content-type": "application/json" } }),
      post(text, { headers: { authorization, "content-type": "text/plain" } }),
      post(text, { headers: { ...RIGHT, origin: "https://evil.example" } }),
      post(text, { at: reading }),
      post(text, { id: "nobody" }),
    ];
    const codes = (await Promise.all(tries)).map(({ status, json }) => [status, json.code]);
    expect(codes).toEqual([
      [401, "UNAUTHENTICATED"],
      [400, "INVALID_ARGUMENT"],
      [403, "CROSS_SITE"],
      [403, "WRITE_NOT_ALLOWED"],
      [404, "SIMULATION_NOT_FOUND"],
    ]);
    expect(existsSync(file())).toBe(false);
  });

  it("that cannot be written say so", async () => {
    mkdirSync(file());
    const { status, json } = await post({ text: "x" });
    expect([status, json.code]).toEqual([409, "NOTES_NOT_WRITABLE"]);
    expect(() => readFileSync(file())).toThrow();
  });
});
