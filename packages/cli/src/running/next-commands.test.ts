import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../cli.test.fixture.ts";
import { NextCommands } from "./next-commands.ts";

const bin = join(temporaryDirectory(), "bin");
mkdirSync(bin);
writeFileSync(join(bin, "llm-sim"), "");

it.each([
  ["llm-sim", "installed for everything", { PATH: `/nowhere${delimiter}${bin}` }],
  ["npx llm-sim", "not on the path: a clone, or a package of a project", { PATH: "/nowhere" }],
  ["npx llm-sim", "started by npm, which adds to the path", { PATH: bin, npm_command: "exec" }],
  ["npx llm-sim", "without a path", {}],
])("names the program %s where it is %s", (program, _where, env) => {
  expect(new NextCommands(env, "output").text([["ls", "all runs"]])).toEqual([
    "Next:",
    `  ${program} ls   # all runs`,
  ]);
});
