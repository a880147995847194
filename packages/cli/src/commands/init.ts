import { join, resolve } from "node:path";
import { Command } from "commander";
import { NextCommands, quoted } from "../running/index.ts";
import { DEFAULT_OUTPUT } from "../runs/index.ts";
import { plainText } from "../terminal/index.ts";
import { createProject } from "./create-project.ts";
import type { MakeCommand } from "./make-command.ts";

export const initCommand: MakeCommand = ({ stdout, cwd, env }) =>
  new Command("init")
    .description("create a small simulation of your own, with an engine and an agent to change")
    .argument("[dir]", "where to", ".")
    .action(async (directory: string) => {
      const files = await createProject(resolve(cwd, directory), directory);
      const config = join(directory, "simulation.yaml");
      // What begins with a dash would be an option.
      const shown = config.startsWith("-") ? `./${config}` : config;
      const next = new NextCommands(env, DEFAULT_OUTPUT).text([
        [`run ${quoted(shown)}`, "run it"],
        ["events latest", "see what happened"],
      ]);
      const created = files.map((file) => plainText(`created ${join(directory, file)}`));
      await stdout.write(`${[...created, "", ...next].join("\n")}\n`);
    });
