import { expect, it } from "vitest";
import { mostStreams } from "./most-streams.ts";

it.each([
  [1024, 512],
  [256, 128],
  [1_048_576, 1000],
])("where the system gives a process %s files, at most half of them are streams", (limit, most) => {
  expect(mostStreams(1000, limit)).toBe(most);
});
