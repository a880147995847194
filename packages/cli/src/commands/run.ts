import { availableParallelism } from "node:os";
import type { VerbosityLevel } from "@llm-sim/events/schema";
import type { Override } from "@llm-sim/simulation";
import { Command } from "commander";
import {
  type AskedShard,
  condition,
  each,
  seeds,
  shard,
  verbosity,
  wholeNumber,
} from "../arguments/index.ts";
import { EXIT, wrongCall } from "../failure/index.ts";
import { type LeftRun, loadLake, ShipBeside } from "../lake/index.ts";
import { type Job, planJobs, runBatch, runOnce, warningLine } from "../running/index.ts";
import { outputOption } from "../runs/index.ts";
import { exitAfter } from "./exit-after.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { settingsOf } from "./settings.ts";

interface Options {
  output: string;
  verbosity?: VerbosityLevel;
  turns?: number;
  seed?: number;
  id?: string;
  quiet: boolean;
  json: boolean;
  seeds?: number[];
  set: string[];
  jobs: number;
  shard?: AskedShard;
  again: boolean;
  breakWhen?: string;
  shipTo?: string;
  debug?: boolean;
}

export const runCommand: MakeCommand = (environment) =>
  new Command("run")
    .description("run a simulation, or a batch of them, and record what happens")
    .argument("<config>", "the simulation's YAML file")
    .addOption(outputOption())
    .option(
      "--verbosity <level>",
      "how deep to record: MILESTONE, DECISION, ACTION, STATE or DETAIL",
      verbosity,
    )
    .option("--turns <n>", "how many turns, instead of what the config says", wholeNumber(1))
    .option("--seed <n>", "the seed, instead of what the config says", wholeNumber(Number.MIN_SAFE_INTEGER))
    .option(
      "--id <id>",
      "the run's id (default: the simulation's name and the time), or the batch's (default: the name and a hash of the config)",
    )
    .option(
      "--break-when <expression>",
      'end the run with the turn in which this becomes true, as "*.wealth < 0"',
      condition("--break-when"),
    )
    .option("--quiet", "print nothing but errors", false)
    .addOption(jsonOption("document"))
    .option("--seeds <seeds>", "a batch, one run for each seed: 1..100, or 1,2,5..9", seeds)
    .option(
      "--set <path=value,…>",
      "a setting of the config; several values make a batch; repeatable",
      each,
      [],
    )
    .option("--jobs <n>", "how many runs of a batch at a time", wholeNumber(1), availableParallelism())
    .option(
      "--shard <i/n>",
      "make every n-th run of a batch, from the i-th on; auto or auto/n: which one, a Slurm array or an indexed Kubernetes job says",
      shard,
    )
    .option(
      "--again",
      "of a batch, make anew what other code has made, or what failed; nothing is deleted",
      false,
    )
    .option(
      "--ship-to <address>",
      "copy what is recorded into ClickHouse meanwhile, as ship does: clickhouse://user@host:8123/database",
    )
    .action((config: string, _: unknown, command: Command) =>
      run(environment, config, command.optsWithGlobals()),
    );

async function run(environment: Environment, config: string, options: Options): Promise<void> {
  const jobs = await plan(options);
  const beside = await shippingBeside(environment, options);
  try {
    await runJobs(environment, config, jobs, { ...options, onBegin: (directory) => beside?.add(directory) });
  } finally {
    await sayWhatIsLeft(environment, options.shipTo, await beside?.end());
  }
}

/** `undefined` where nothing is to be shipped. */
async function shippingBeside({ stderr }: Environment, { shipTo, jobs, quiet }: Options) {
  if (shipTo === undefined) return undefined;
  const { lakeName, parseLakeAddress } = await loadLake("run --ship-to");
  return new ShipBeside(lakeName(parseLakeAddress(shipTo)), 2 * jobs, (text) => {
    if (!quiet) void stderr.line(warningLine(text, stderr));
  });
}

/** The runs are what they are: their logs have what the lake has not. */
async function sayWhatIsLeft({ stderr }: Environment, address = "", left: readonly LeftRun[] = []) {
  for (const { directory, why } of left) {
    const text = `not shipped whole: ${why}; llm-sim ship ${directory} --to ${address} goes on with it`;
    await stderr.line(warningLine(text, stderr));
  }
}

async function runJobs(
  environment: Environment,
  config: string,
  jobs: readonly Job[],
  options: Options & { onBegin: (directory: string) => void },
): Promise<void> {
  const [single, ...others] = jobs;
  const { output, id, quiet, json, breakWhen, onBegin } = options;
  if (single && others.length === 0 && options.seeds === undefined) {
    if (options.shard)
      throw wrongCall(
        "--shard: this is one run and no batch: name its seeds with --seeds, or several values with --set.",
      );
    const summary = await runOnce(environment, {
      config,
      job: single,
      output,
      id,
      quiet,
      json,
      breakWhen,
      onBegin,
    });
    exitAfter(environment, summary);
    return;
  }
  const { status, isWhole, isLeftToOthers } = await runBatch(environment, {
    config,
    jobs,
    output,
    id,
    shard: options.shard,
    sideBySide: options.jobs,
    again: options.again,
    quiet,
    json,
    breakWhen,
    onBegin,
    debug: options.debug ?? false,
  });
  if (status === "interrupted") environment.exitWith(EXIT.interrupted);
  else if (isLeftToOthers) environment.exitWith(EXIT.notYet);
  if (status === "failed" || !isWhole) environment.exitWith(EXIT.failed);
}

async function plan(options: Options): Promise<Job[]> {
  if (options.seed !== undefined && options.seeds !== undefined) {
    throw wrongCall("--seed and --seeds exclude each other: name the seeds with --seeds alone.");
  }
  // Shards are dealt out in the order that run.json's plan has, whatever the order in which the seeds are named.
  const named = options.shard ? options.seeds?.toSorted((a, b) => a - b) : options.seeds;
  return planJobs(flagOverrides(options), await settingsOf(options.set), named);
}

function flagOverrides({ verbosity: level, turns, seed }: Options): Override[] {
  return [
    ...(level === undefined
      ? []
      : [{ path: "events.verbosity", value: level, source: `--verbosity ${level}` }]),
    ...(turns === undefined ? [] : [{ path: "simulation.turns", value: turns, source: `--turns ${turns}` }]),
    ...(seed === undefined ? [] : [{ path: "simulation.seed", value: seed, source: `--seed ${seed}` }]),
  ];
}
