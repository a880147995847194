import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../cli.test.fixture.ts";
import { endValues } from "./end-values.ts";

it("the ends of a batch are told from its summaries: numbers of the world that all runs have", () => {
  const output = temporaryDirectory();
  const run = (id: string, variables: object[]): string => {
    const directory = join(output, id);
    mkdirSync(directory);
    const tried = { decisions: 0, failures: 0, actions: 0, refusals: 0 };
    const head = {
      format_version: 2,
      simulation_id: id,
      turns: 1,
      tried,
      refusals: [],
      failures: [],
      every_turns: 1,
    };
    writeFileSync(join(directory, "summary.json"), JSON.stringify({ ...head, variables }));
    return directory;
  };
  const damaged = run("damaged", []);
  writeFileSync(join(damaged, "summary.json"), "{");
  const directories = [
    run("a", [
      { variable: "price", last: 1 / 3, writes: 1 },
      { variable: "rate", last: 0.02, writes: 1 },
      { variable: "alice.x", last: 5, writes: 1 },
      { agent_id: "alice", variable: "x", last: 7, writes: 1 },
      { variable: "only here", last: 7, writes: 1 },
      { variable: "season", last: "spring", writes: 1 },
    ]),
    run("b", [
      { variable: "price", last: -2, writes: 1 },
      { variable: "rate", last: 0.02, writes: 1 },
      { variable: "alice.x", last: 6, writes: 1 },
    ]),
    damaged,
  ];
  expect(endValues(directories)).toEqual(["price -2 to 0.333333", "rate 0.02", "global.alice.x 5 to 6"]);
});
