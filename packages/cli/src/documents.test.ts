import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryDirectory } from "./cli.test.fixture.ts";
import { ELISION, HAS_JQ, REPOSITORY, Reader, shapeOf, stepsOf } from "./documents.test.fixture.ts";

/** `UPDATE_DOCUMENTS=1` writes what the commands print now into the documents, to be looked at before it is kept. */
const updates = process.env.UPDATE_DOCUMENTS === "1";

describe.each([
  "docs/cli.md",
  "docs/querying.md",
  "docs/explain.md",
  "docs/import.md",
  "docs/api.md",
  "docs/llm-agents.md",
  "docs/replay.md",
  "docs/cluster.md",
  "README.md",
])("%s shows what its commands print", (file) => {
  const path = join(REPOSITORY, file);
  const document = readFileSync(path, "utf8");
  const reader = new Reader(temporaryDirectory());
  const steps = stepsOf(document);
  const printed: { command: string; lines: string[] }[] = [];

  afterAll(async () => {
    await reader.leave();
    if (!updates) return;
    const lines = document.split("\n");
    for (const [at, { line, output }] of [...steps.entries()].toReversed()) {
      const now = printed[at];
      if (now) lines.splice(line - 1, output.length + 1, `$ ${now.command}`, ...elided(now.lines, output));
    }
    writeFileSync(path, lines.join("\n"));
  });

  it("has commands", () => {
    expect(steps.length).toBeGreaterThan(file === "README.md" ? 1 : 4);
  });

  it.for(steps)("$command", async (step, { skip }) => {
    if (!HAS_JQ && step.command.includes(" | jq ")) skip("jq is not installed");
    const followed = await reader.follow(step);
    printed.push(followed);
    if (updates) return;
    const { lines } = followed;
    const shown = elided(lines, step.output).map(shapeOf);
    expect(shown).toEqual(step.output.map(shapeOf));
  });
});

/** As much of what was printed as the document shows: where it leaves lines out, so many before and so many behind. */
function elided(printed: readonly string[], documented: readonly string[]): string[] {
  const cut = documented.indexOf(ELISION);
  if (cut < 0) return [...printed];
  return [
    ...printed.slice(0, cut),
    ELISION,
    ...printed.slice(printed.length - (documented.length - cut - 1)),
  ];
}
