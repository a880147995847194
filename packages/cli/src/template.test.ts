import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { cli, startCli, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const project = join(directory, "mine");
let printed: string;

beforeAll(async () => {
  printed = (await cli(directory, "init", "mine")).stdout;
});

/** What a text says to type, without the program's name, by which it is found in a clone and where its package is installed. */
function commandsOf(text: string, program: string): string[][] {
  return text
    .split("\n")
    .flatMap((line) => (line.trim().startsWith(`${program} `) ? [line.trim().slice(program.length + 1)] : []))
    .map((command) => command.split(/ +#/)[0]?.split(" ") ?? []);
}

it("the README of a new project names commands that run as they stand", async () => {
  const commands = commandsOf(readFileSync(join(project, "README.md"), "utf8"), "npx llm-sim");
  expect(commands.map(([name]) => name)).toEqual(["run", "events", "why", "serve"]);
  for (const command of commands.slice(0, -1)) {
    const { code, stdout, stderr } = await cli(project, ...command);
    expect({ code, stderr }, command.join(" ")).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toBe("");
  }
  const server = startCli(project, [...(commands.at(-1) ?? []), "--port", "0"]);
  await server.said("Serving output at http://");
  server.child.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

it("what init prints runs from where it was said", async () => {
  const commands = commandsOf(printed, "llm-sim");
  expect(commands.map(([name]) => name)).toEqual(["run", "events"]);
  for (const command of commands) expect((await cli(directory, ...command)).code, command.join(" ")).toBe(0);
});
