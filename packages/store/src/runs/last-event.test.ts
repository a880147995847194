import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventSchema } from "@llm-sim/events/schema";
import { expect, it } from "vitest";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { lastEvent } from "./last-event.ts";

const parseEvent = (line = "") => eventSchema.parse(JSON.parse(line));

it.each([
  ["short", 10, 7],
  ["longer than the first look", 10_000, 7],
  ["alone in its file, and so long", 10_000, 0],
  ["longer than any look, which is told by who reads all of it", 100_000, 7],
])("the last event of a segment is found, where its line is %s", async (_, length, before) => {
  await inTemporaryDirectory(async (directory) => {
    const log = [...generateLog({ events: 8, agents: 2, simulationId: "run" })];
    const last = { ...parseEvent(log.at(-1)), details: { text: "x".repeat(length) } };
    const path = join(directory, "events.jsonl");
    const lines = [...log.slice(0, before), JSON.stringify(last)].map((line) => `${line}\n`);
    writeFileSync(path, lines.join(""));
    const found = length > 64 * 1024 ? undefined : last;
    expect(lastEvent(path)).toEqual(found);
    writeFileSync(path, lines.join("").slice(0, -1));
    expect(lastEvent(path)).toBeUndefined();
  });
});
