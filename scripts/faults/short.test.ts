import { expect, it } from "vitest";
import { askOddLogs, SHORT_KINDS } from "./odd.mjs";
import { playWriters } from "./writing.mjs";

it("answers all that is asked of odd logs, and changes none of them", async () => {
  const { asked, problems } = await askOddLogs({ kinds: SHORT_KINDS, byCommand: false });
  expect(problems).toEqual([]);
  expect(asked).toBeGreaterThan(200);
}, 60_000);

it("goes on writing where its file is lost, and where it finds a pipe", async () => {
  const names = ["events.jsonl is replaced while it is written", "run.json is a pipe"];
  const { played, problems } = await playWriters({
    isRoot: false,
    only: (name: string) => names.includes(name),
  });
  expect(problems).toEqual([]);
  expect(played).toBe(2);
}, 60_000);
