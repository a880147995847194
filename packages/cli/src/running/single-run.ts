import { Console } from "node:console";
import { join, resolve } from "node:path";
import { readManifest } from "@llm-sim/events/run";
import type { RunError, RunOptions, RunResult } from "@llm-sim/simulation";
import type { CommandContext } from "../context/index.ts";
import { LiveLines, Paint, plainText } from "../terminal/index.ts";
import { configFile } from "./config-file.ts";
import { NextCommands } from "./next-commands.ts";
import type { Job } from "./plan.ts";
import { progressLine, progressOf } from "./progress.ts";
import { lossText, runSummaryText } from "./run-summary.ts";
import { warningLine } from "./warning-line.ts";

export interface SingleRun {
  config: string;
  job: Job;
  output: string;
  id?: string | undefined;
  quiet: boolean;
  json: boolean;
  /** A condition that ends the run with the turn in which it becomes true. */
  breakWhen?: string | undefined;
  /** Is told the directory of a run before it is made. */
  onBegin?: ((directory: string) => void) | undefined;
}

/** Runs a simulation in this process, its progress on standard error, its summary on standard output. */
export async function runOnce(context: CommandContext, run: SingleRun): Promise<RunResult> {
  const { loadConfig, newRunId, runSimulation } = await import("@llm-sim/simulation");
  return showRun(context, run, async (shown) => {
    const simulation = await loadConfig(configFile(context.cwd, run.config), {
      overrides: run.job.overrides,
    });
    const outputDir = resolve(context.cwd, run.output);
    const simulationId = run.id ?? newRunId(simulation.name);
    run.onBegin?.(join(outputDir, simulationId));
    return runSimulation(simulation, {
      outputDir,
      simulationId,
      breakWhen: run.breakWhen,
      ...shown,
    });
  });
}

/** How a run is shown that is made in this process. */
export interface ShownRun extends Pick<SingleRun, "output" | "quiet" | "json" | "breakWhen"> {
  /** Its directory, as the user would write it. Default: its id, below the output. */
  directory?: string | undefined;
}

/** Makes a run and shows it as `runOnce` does. */
export async function showRun<R extends RunResult>(
  context: CommandContext,
  run: ShownRun,
  make: (options: Pick<RunOptions, "signal" | "signals" | "onWarning" | "onTurn">) => Promise<R>,
): Promise<R> {
  const { stdout, stderr } = context;
  // What agents and engines print must not get between the data.
  if (run.json) globalThis.console = new Console(process.stderr, process.stderr);
  const live = new LiveLines(stderr);
  const begun = performance.now();
  let summary: R;
  try {
    summary = await context.interruptible((signal) =>
      make({
        signal,
        signals: false,
        onWarning: (message) => {
          if (!run.quiet) void stderr.line(warningLine(message, stderr));
        },
        onTurn: (progress) => {
          if (run.quiet) return;
          live.draw((cells) => [
            progressLine(progress.name, progressOf(progress), performance.now() - begun, cells),
          ]);
        },
      }),
    );
  } catch (error) {
    live.clear();
    // A program that waits for the document is told as well as a person is.
    if (run.json && isEngineFailure(error)) await stdout.line(JSON.stringify(failureDocument(error)));
    throw error;
  }
  live.clear();
  if (run.breakWhen !== undefined && summary.status === "completed" && !summary.broke_at && !run.quiet) {
    await stderr.line(plainText(`${run.breakWhen} never became true.`));
  }
  if (summary.ended_by === "error" && summary.reason !== undefined) {
    await stderr.line(`${new Paint(stderr.color).bad("error:")} ${plainText(summary.reason)}`);
  }
  const directory = run.directory ?? join(run.output, summary.simulation_id);
  const lost = lossText(summary, directory);
  if (lost !== undefined) await stderr.line(`${new Paint(stderr.color).bad("error:")} ${plainText(lost)}`);
  if (run.json) await stdout.line(JSON.stringify(summary));
  else if (!run.quiet)
    await stdout.write(`${summaryText(context, run.output, directory, summary).join("\n")}\n`);
  return summary;
}

/** By what it has: the class comes from a package that is loaded only here, when it is needed. */
interface EngineFailure extends Error {
  details: RunError["details"];
}

function isEngineFailure(error: unknown): error is EngineFailure {
  return error instanceof Error && "code" in error && error.code === "ENGINE_FAILED" && "details" in error;
}

function failureDocument({ message, details }: EngineFailure): unknown {
  const { directory } = details;
  const counts = directory === undefined ? undefined : readManifest(directory)?.counts;
  return { ...details, status: "failed", error: message, counts };
}

function summaryText(
  { stdout, env }: CommandContext,
  output: string,
  directory: string,
  summary: RunResult,
): string[] {
  const { simulation_id: id } = summary;
  const hit = summary.broke_at?.event_id;
  const next = new NextCommands(env, output);
  return [
    ...runSummaryText(summary, directory, new Paint(stdout.color)),
    "",
    ...next.text([
      [`events ${id}${next.outputFlag}`, "what happened, one event a line"],
      ...(hit === undefined ? [] : [[`why ${id} ${hit}${next.outputFlag}`, "what led to it"] as const]),
      ...(summary.calls ? [[`calls ${id}${next.outputFlag}`, "what models were asked"] as const] : []),
      [`serve${next.outputArgument}`, "the same in a browser"],
    ]),
  ];
}
