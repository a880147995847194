import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./apply.mjs";
import { RECIPE } from "./recipe.mjs";

const root = resolve(import.meta.dirname, "../..");
const files = [...new Set(RECIPE.map(({ file }) => file))];

/** What the guide's recipe names in backquotes and is a file. */
function namedInGuide(): string[] {
  const guide = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const steps = /### A new kind of event\n[\s\S]*?\n(1\. [\s\S]*?)\n\n/.exec(guide)?.[1] ?? "";
  return [...steps.matchAll(/`([^`\s]+\.(?:tsx?|css|md))`/g)].flatMap(([, name]) => name ?? []);
}

describe("the recipe for a new kind of event", () => {
  it("finds each of its places, once", () => {
    expect(problemsOf(RECIPE, root)).toEqual([]);
  });

  it("is the guide's: the same files", () => {
    const named = namedInGuide();
    expect(named.length).toBeGreaterThan(20);
    const isOf = (name: string, file: string): boolean => file === name || file.endsWith(`/${name}`);
    expect(named.filter((name) => !files.some((file) => isOf(name, file)))).toEqual([]);
    expect(files.filter((file) => !named.some((name) => isOf(name, file)))).toEqual([]);
  });
});
