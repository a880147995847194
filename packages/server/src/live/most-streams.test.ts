import { expect, it } from "vitest";
import { mostStreams } from "./most-streams.ts";

const limits = (files: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${files.padEnd(20)} 1048576              files\n`;

it.each([
  ["1024", 512],
  ["256", 128],
  ["1048576", 1000],
  ["unlimited", 1000],
])("where the system gives a process %s files, at most half of them are streams", (files, most) => {
  expect(mostStreams(1000, limits(files))).toBe(most);
});

it("are as many as there may be in any case where nothing is known of files", () => {
  expect(mostStreams(1000, "")).toBe(1000);
});
