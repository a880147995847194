import { Console } from "node:console";
import { join, resolve } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import type { ForkOptions, ForkResult } from "@llm-sim/simulation";
import { Command, Option } from "commander";
import { each, wholeNumber } from "../arguments/index.ts";
import { describeFailure, EXIT, wrongCall } from "../failure/index.ts";
import { type ForkMessage, forkText, missedText, NextCommands } from "../running/index.ts";
import { noStoreOption, outputOption, withRunOnDisk } from "../runs/index.ts";
import { Paint, plainText } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  turn?: number;
  set: string[];
  config: string[];
  decide: string[];
  without: string[];
  model?: string;
  turns?: number;
  onMiss?: "live" | "fail";
  id?: string;
  code?: string;
  output: string;
  quiet: boolean;
  json: boolean;
}

export const forkCommand: MakeCommand = (environment) =>
  new Command("fork")
    .description("play a run again with something made otherwise from a turn on, as a run of its own")
    .argument("<run>", "the run")
    .option("--turn <n>", "the first turn that differs (default: the earliest of --without)", wholeNumber(1))
    .option(
      "--set <variable=value>",
      "a variable at the start of that turn, as alice.wealth=0; repeatable",
      each,
      [],
    )
    .option(
      "--decide <agent=json>",
      "what an agent decides in that turn: a decision, or the list of its actions; repeatable",
      each,
      [],
    )
    .option(
      "--without <event-id...>",
      "decisions, actions, rules (their DETAIL) or phases that are not to come up again",
      (id: string, before: string[]) => [...before, id],
      [] as string[],
    )
    .option("--config <path=value>", "a setting of the config from that turn on; repeatable", each, [])
    .option("--model <model>", "the language model that is asked from that turn on")
    .option("--turns <n>", "how many turns it has in all", wholeNumber(1))
    .addOption(
      new Option(
        "--on-miss <what>",
        "where the run's tape has no answer: ask a model, or let the call fail (default: live; fail where the config plays from a tape)",
      ).choices(["live", "fail"]),
    )
    .option("--id <id>", "its id (default: the simulation's name and the time)")
    .option("--code <dir>", "the directory of the run's config, where run.json does not lead to it")
    .option("--quiet", "print nothing but errors", false)
    .addOption(outputOption())
    .addOption(noStoreOption("a run is forked where its files lie"))
    .addOption(jsonOption("document"))
    .action((reference: string, options: Options) => fork(environment, reference, options));

async function fork(environment: Environment, reference: string, options: Options): Promise<void> {
  try {
    await makeFork(environment, reference, options);
  } catch (error) {
    const { exitCode, message } = describeFailure(error);
    const isOfRun = exitCode !== EXIT.wrongCall || OF_RUN.has(codeOf(error));
    report({ type: "failed", because: isOfRun ? "run" : "request", message });
    throw error;
  }
}

/** What lies in the run, and not in what is asked of it. */
const OF_RUN: ReadonlySet<string | undefined> = new Set(["NOT_PLAYABLE", "CODE_NOT_FOUND"]);

/** To who started this process, a server, where one did. */
function report(message: ForkMessage): void {
  if (process.connected) process.send?.(message);
}

async function makeFork(environment: Environment, reference: string, options: Options): Promise<void> {
  const { stderr, cwd } = environment;
  // What agents and engines print must not get between the data.
  if (options.json) globalThis.console = new Console(process.stderr, process.stderr);
  const { forkRun } = await import("@llm-sim/simulation");
  const asked = await askedFor(options);
  const parent = await withRunOnDisk(
    environment,
    reference,
    options.output,
    async ({ directory }) => directory,
  );
  const result = await environment.interruptible((signal) =>
    forkRun(parent, {
      ...asked,
      code: options.code === undefined ? undefined : resolve(cwd, options.code),
      simulationId: options.id,
      outputDir: resolve(cwd, options.output),
      signal,
      onBegun: () => report({ type: "begun" }),
      onWarning: (message) => {
        if (!options.quiet)
          void stderr.line(`${new Paint(stderr.color).caution("warning:")} ${plainText(message)}`);
      },
    }),
  );
  await tell(environment, options, result);
}

async function askedFor(options: Options): Promise<ForkOptions> {
  const { parseAssignment, parseDecision } = await import("@llm-sim/simulation");
  const named = (flag: string, example: string) => (text: string) => {
    try {
      return parseAssignment(text, example);
    } catch (error) {
      throw wrongCall(`${flag} ${error instanceof Error ? error.message : String(error)}`, error);
    }
  };
  const { turn, turns, model, onMiss, without } = options;
  return {
    turn,
    turns,
    model,
    onMiss,
    without: [...new Set(without)],
    set: options.set
      .map(named("--set", "VARIABLE=VALUE, as in alice.wealth=0"))
      .map(({ name, value }) => ({ variable: name, value })),
    decide: options.decide.map(parseDecision),
    config: options.config
      .map(named("--config", "PATH=VALUE, as in engine.params.interest_rate=0.05"))
      .map(({ name, value }) => ({ path: name, value })),
  };
}

async function tell(environment: Environment, options: Options, result: ForkResult): Promise<void> {
  const { stdout, stderr, env } = environment;
  const { run, parent } = result;
  if (run.status === "interrupted" && run.directory === undefined) {
    await stderr.line(`Interrupted before turn ${result.turn}: nothing was written.`);
    return environment.exitWith(EXIT.interrupted);
  }
  if (options.json) await stdout.line(JSON.stringify(result));
  else if (!options.quiet) {
    const { simulation_id: id } = run;
    const next = new NextCommands(env, options.output);
    const lines = [
      ...forkText(result, join(options.output, id), new Paint(stdout.color)),
      "",
      ...next.text([
        [
          `diff ${parent.simulation_id} ${id}${next.outputFlag}`,
          "where it first parts from its parent, and how far",
        ],
        [`events ${id} --turns ${result.turn}${next.outputFlag}`, "what happened in its first own turn"],
        [`serve${next.outputArgument}`, "both in a browser"],
      ]),
    ];
    await stdout.write(`${lines.join("\n")}\n`);
  }
  if (run.status === "interrupted") environment.exitWith(EXIT.interrupted);
  // Answers that are missing, and nobody said that they may be.
  const isUnanswered = options.onMiss === undefined && (result.calls?.missed.length ?? 0) > 0;
  if (isUnanswered && (options.json || options.quiet)) {
    const [line = ""] = missedText(result);
    await stderr.line(`${new Paint(stderr.color).caution("warning:")} ${line}`);
  }
  if (isUnanswered || run.status === "failed" || run.ended_by === "error" || run.loss !== undefined)
    environment.exitWith(EXIT.failed);
}
