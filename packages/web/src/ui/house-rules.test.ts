import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const sources = ["ui", "logic"].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, "..", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.(test|fixture)\./.test(file))
    .map((file) => {
      const path = `${folder}/${file.replaceAll("\\", "/")}`;
      return { path, text: readFileSync(join(import.meta.dirname, "..", path), "utf8") };
    }),
);

/** Where a pattern stands, but in the files that are its place. */
function found(pattern: RegExp, place = /^$/): string[] {
  return sources.flatMap(({ path, text }) =>
    place.test(path)
      ? []
      : text
          .split("\n")
          .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}

describe("the parts of the page", () => {
  it("are read at all", () => {
    expect(sources.length).toBeGreaterThan(200);
    expect(found(/queryOptions\(/).length).toBeGreaterThan(10);
  });

  it("reach each other's elements by refs, not by looking for them in the document", () => {
    expect(found(/\.(querySelector(All)?|getElement(s)?By\w+)\b|\.closest\(/)).toEqual([]);
  });

  it("ask the server by the queries that stand in ui/queries", () => {
    expect(found(/\b(queryKey:\s*\[|queryFn\b)/, /^ui\/queries\//)).toEqual([]);
  });

  it("keep what others listen to in a store", () => {
    expect(found(/new Set<\(.*\) => void>/, /^logic\/store\//)).toEqual([]);
    expect(found(/\buseSyncExternalStore\b/, /^ui\/(use-store|run\/use-media)\.tsx?$/)).toEqual([]);
  });
});
