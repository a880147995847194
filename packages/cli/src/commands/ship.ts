import { basename } from "node:path";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { loadLake } from "../lake/index.ts";
import { outputOption, runDirectories } from "../runs/index.ts";
import { formatBytes, formatCount, LiveLines, plainText } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  to: string;
  follow: boolean;
  again: boolean;
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
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .action((references: string[], options: Options) => ship(environment, references, options));

async function ship(
  environment: Environment,
  references: readonly string[],
  options: Options,
): Promise<void> {
  const { openLake, shipRun } = await loadLake("ship");
  const { stdout, stderr, env } = environment;
  const lake = openLake(options.to, { password: env.CLICKHOUSE_PASSWORD ?? "" });
  const live = new LiveLines(stderr);
  const done = new Map<string, string>();
  const one = async (directory: string, signal: AbortSignal) => {
    const run = basename(directory);
    const begun = performance.now();
    const shipped = await shipRun(lake, directory, {
      follow: options.follow,
      again: options.again,
      signal,
      patience: options.follow ? Number.POSITIVE_INFINITY : PATIENCE,
      onNotice: (text) => {
        live.clear();
        void stderr.line(plainText(text));
      },
      onProgress: ({ events }) => {
        done.set(run, `${run}: ${formatCount(events)} events shipped`);
        live.draw(() => [...done.values()]);
      },
    });
    done.delete(run);
    live.clear();
    if (options.json) return stdout.line(JSON.stringify(shipped));
    const seconds = (performance.now() - begun) / 1000;
    const rate = shipped.events > 0 ? `, ${formatCount(Math.round(shipped.events / seconds))}/s` : "";
    const what = `${formatCount(shipped.events)} events, ${formatBytes(shipped.bytes)}${rate}`;
    return stdout.line(plainText(`${run}: ${shipped.events === 0 ? "nothing new" : what}`));
  };
  try {
    await environment.interruptible(async (signal) => {
      const directories = await runDirectories(environment, references, options.output);
      try {
        if (options.follow) await Promise.all(directories.map((directory) => one(directory, signal)));
        else for (const directory of directories) await one(directory, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        environment.exitWith(EXIT.interrupted);
      }
    });
  } finally {
    live.clear();
    await lake.close();
  }
}
