import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { loadLake, ShipBoard } from "../lake/index.ts";
import { outputOption, runDirectories } from "../runs/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  to: string;
  follow: boolean;
  again: boolean;
  check: boolean;
  output: string;
  json: boolean;
}

/** Of a lake that is away, in milliseconds; with `--follow` it is waited for. */
const PATIENCE = 10_000;

export const shipCommand: MakeCommand = (environment) =>
  new Command("ship")
    .description("copy runs into ClickHouse, each line of their logs once; called again, it goes on")
    .argument("<runs...>", "the runs")
    .requiredOption(
      "--to <address>",
      "clickhouse://user@host:8123/database; the password is read from CLICKHOUSE_PASSWORD",
    )
    .option("-f, --follow", "go on until the runs end", false)
    .option("--again", "ship them anew, in place of what is there under their ids", false)
    .option(
      "--check",
      "hold the files of all runs against what is there, also where their sizes and times are those of the last time",
      false,
    )
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .action((references: string[], options: Options) => ship(environment, references, options));

async function ship(
  environment: Environment,
  references: readonly string[],
  options: Options,
): Promise<void> {
  const { openLake, shipRuns } = await loadLake("ship");
  const { follow, again, check, json, output } = options;
  const lake = openLake(options.to, { password: environment.env.CLICKHOUSE_PASSWORD ?? "" });
  try {
    await environment.interruptible(async (signal) => {
      const directories = await runDirectories(environment, references, output);
      const board = new ShipBoard(environment, { directories, follow, json });
      try {
        await shipRuns(lake, directories, {
          follow,
          again,
          check,
          signal,
          patience: follow ? Number.POSITIVE_INFINITY : PATIENCE,
          onNotice: (text) => board.notice(text),
          onProgress: (progress) => board.progress(progress),
          onShipped: (shipped) => board.shipped(shipped),
          ...(directories.length > 1 && {
            onFailed: (directory: string, error: Error) => board.failure(directory, error),
          }),
        });
        await board.end();
        if (board.failed > 0) environment.exitWith(EXIT.failed);
      } catch (error) {
        if (!signal.aborted) throw error;
        environment.exitWith(EXIT.interrupted);
      } finally {
        board.clear();
      }
    });
  } finally {
    await lake.close();
  }
}
