import { expect, it } from "vitest";
import { fileLimit } from "./index.ts";

const limits = (files: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${files.padEnd(20)} 1048576              files\n`;

it.each([
  ["256", 256],
  ["1048576", 1_048_576],
  ["unlimited", undefined],
])("a process that the system gives %s files may have as many", (files, most) => {
  expect(fileLimit(limits(files))).toBe(most);
});

it("is not known where the system says nothing of it", () => {
  expect(fileLimit("")).toBeUndefined();
});
