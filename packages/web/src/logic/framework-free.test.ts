import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && !file.includes(".test."),
);

describe("the logic layer", () => {
  it("knows no framework, no page and no component", () => {
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const source = readFileSync(join(import.meta.dirname, file), "utf8");
      const imported = [...source.matchAll(/from "([^"]+)"/g)].map(([, name]) => name);
      const own = /^(\.|zod$|@llm-sim\/(api|events\/(schema|tape\/schema|columns|naming|words))$)/;
      expect(
        imported.filter((name) => name === undefined || !own.test(name) || name.includes("/ui/")),
        file,
      ).toEqual([]);
      expect(source, file).not.toMatch(/\b(document|globalThis|localStorage|navigator)\./);
    }
  });
});
