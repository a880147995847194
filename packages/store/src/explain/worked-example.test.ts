import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { expect, it } from "vitest";
import { RunReader } from "../reader/index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { compareLines, compareRuns, findLines, RunExplainer, stateLines, whyLines } from "./index.ts";

const ROOT = new URL("../../../../", import.meta.url);

it("docs/explain.md shows what a reader who repeats it sees, but for ids", () =>
  inTemporaryDirectory(async (outputDir) => {
    for (const [id, file] of [
      ["commons", "simulation"],
      ["restraint", "restraint"],
    ] as const) {
      const config = await loadConfig(fileURLToPath(new URL(`examples/commons/${file}.yaml`, ROOT)));
      await runSimulation(config, { outputDir, simulationId: id, signals: false });
    }
    const page = readFileSync(new URL("docs/explain.md", ROOT), "utf8");
    const shown = [...page.matchAll(/```console\n\$ llm-sim ([^\n]+)\n([\s\S]*?)```/g)];
    // What else the page shows only the command line can print: its tests follow the page as well.
    const asked = shown.filter(([, command = ""]) => /^(find|state|why|diff) /.test(command));
    expect(asked.length).toBeGreaterThanOrEqual(6);
    for (const [, command = "", output = ""] of asked) {
      const lines = await answer(command, (id) =>
        RunExplainer.over(new RunReader(id, `${outputDir}/${id}`, { sidecar: false })),
      );
      // The page shows a terminal, on which long lines go on below.
      expect(wordsOf(withoutIds(lines.join("\n"))), command).toEqual(wordsOf(withoutIds(output)));
    }
  }));

const wordsOf = (text: string) => text.trim().split(/\s+/);

/** What the command line prints for a command of the page. */
async function answer(command: string, open: (id: string) => RunExplainer): Promise<string[]> {
  const [verb, run = "", subject = ""] = command.match(/"[^"]*"|\S+/g) ?? [];
  const option = (name: string): number | undefined => {
    const found = new RegExp(`--${name} (\\d+)`).exec(command)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const explain = open(run);
  switch (verb) {
    case "find":
      return findLines(await explain.find({ expression: subject.replaceAll('"', "") }));
    case "state":
      return stateLines(await explain.state({ turn: option("turn") }));
    case "why":
      return whyLines(
        await explain.why({
          variable: subject,
          turn: option("turn"),
          since: option("since"),
          depth: option("depth"),
        }),
      );
    case "diff":
      return compareLines(await compareRuns(explain, open(subject)));
    default:
      throw new Error(`the page asks ${command}, which is not tried here`);
  }
}

function withoutIds(text: string): string {
  return text.replaceAll(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "ID");
}
