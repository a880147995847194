import { simulationIdSchema } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameSlug, newRunId } from "./run-id.ts";

describe("a run's id begins with what can be read of its name", () => {
  it.each([
    ["market", "market"],
    ["Market 2.1", "Market-2.1"],
    ["market (1)", "market-1"],
    ["marché", "marche"],
    ["Großer Ærø-Łódź", "Grosser-AEro-Lodz"],
    ["ﬁshery ②", "fishery-2"],
    ["--market--", "market"],
    ["../../etc", "etc"],
    ["市場 v2", "v2"],
  ])("%s: %s", (name, slug) => {
    expect(nameSlug(name)).toBe(slug);
  });

  it("and where that is nothing, with what tells it from other names", () => {
    const slugs = ["市場", "рынок", "🐟", "市場 "].map(nameSlug);
    for (const slug of slugs) expect(slug).toMatch(/^run-[0-9a-f]{4}$/);
    expect(new Set(slugs).size).toBe(4);
    expect(nameSlug("市場")).toBe(slugs[0]);
  });

  it("and is an id whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (name) => {
        expect(simulationIdSchema.safeParse(newRunId(name)).success).toBe(true);
      }),
    );
  });
});
