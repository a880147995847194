import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { fakeContext, temporaryDirectory } from "../cli.test.fixture.ts";
import { commandsFor } from "./index.ts";

const environment = { ...fakeContext("/").context, exitWith: () => {} };
const namesFor = async (...args: string[]) =>
  (await commandsFor(args)).map((make) => make(environment).name());

it("a call that names a command gets that one alone, each under its own name", async () => {
  const all = await namesFor();
  expect(all.length).toBeGreaterThan(20);
  for (const name of all) expect(await namesFor(name, "--json")).toEqual([name]);
});

it.each([[["--help"]], [["help", "run"]], [["--debug", "run"]], [["rnu"]], [["constructor"]]])(
  "%j gets all of them",
  async (args) => expect(await namesFor(...args)).toEqual(await namesFor()),
);

const LOADER = `import { writeSync } from "node:fs";
export const load = (url, context, next) => (writeSync(2, url + "\\n"), next(url, context));`;
const TELLING = `import { register } from "node:module";
register(${JSON.stringify(asModule(LOADER))});`;

function asModule(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

it("a run loads nothing that reads logs, keeps a tape or plays runs again", () => {
  const program = fileURLToPath(new URL("../../bin/llm-sim.js", import.meta.url));
  const config = fileURLToPath(new URL("../../../../examples/market/simulation.yaml", import.meta.url));
  const args = ["run", config, "--turns", "1", "--output", temporaryDirectory()];
  const { stderr, status } = spawnSync(process.execPath, ["--import", asModule(TELLING), program, ...args], {
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  expect(stderr).toContain("/simulation/dist/run/orchestrator.js");
  const unused =
    /\/(?:store|api|server|llm)\/dist\/|\/simulation\/dist\/(?:again|fork)\/|\/events\/dist\/(?:read|tape)\/index\.js/;
  expect(stderr.split("\n").filter((line) => unused.test(line))).toEqual([]);
});
