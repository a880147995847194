import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { byName, numberFormat } from "./index.ts";

const SOURCE = join(import.meta.dirname, "../..");

describe("the door to Intl", () => {
  it("is the only one: a browser's own locale may be one that Intl does not take", () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter(
      (file) => /\.tsx?$/.test(file) && !/\.test\.|\.fixture\.|[\\/]testing[\\/]/.test(file),
    );
    const others = files.filter(
      (file) =>
        !file.endsWith("intl.ts") &&
        /\bIntl\.|\.toLocale\w*String\(|\.localeCompare\(|navigator\.language/.test(
          readFileSync(join(SOURCE, file), "utf8"),
        ),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(others).toEqual([]);
  });

  it("sorts names by the numbers in them, and writes numbers in English", () => {
    expect(["agent 10", "agent 2", "Émile", "eve"].toSorted(byName)).toEqual([
      "agent 2",
      "agent 10",
      "Émile",
      "eve",
    ]);
    expect(numberFormat().format(1234.5)).toBe("1,234.5");
  });
});
