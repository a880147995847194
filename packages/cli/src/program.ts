import { buildOf } from "@llm-sim/events/run";
import { Command, CommanderError } from "commander";
import { commandsFor, type MakeCommand } from "./commands/index.ts";
import type { CommandContext } from "./context/index.ts";
import { describeFailure, EXIT, type ExitCode, OutputClosed, stackOf } from "./failure/index.ts";
import { Paint } from "./terminal/index.ts";

const DEBUG_OPTION = "--debug";

/** Does what the arguments (without node and the script) say; every way out is an exit code. */
export async function runLlmSim(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const outcome: Outcome = { exitCode: EXIT.done, help: "" };
  const program = makeProgram(context, outcome, await commandsFor(args));
  try {
    if (args.length === 0) {
      await context.stderr.write(program.helpInformation());
      return EXIT.wrongCall;
    }
    await parse(program, args);
    if (outcome.help !== "") await context.stdout.write(outcome.help);
    await context.stdout.delivered();
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof OutputClosed) return outcome.exitCode;
    const { message, exitCode } = describeFailure(error);
    const paint = new Paint(context.stderr.color);
    await context.stderr.line(`${paint.bad("error:")} ${message}`);
    if (args.includes(DEBUG_OPTION)) await context.stderr.line(stackOf(error));
    return exitCode;
  }
}

interface Outcome {
  exitCode: ExitCode;
  /** Help or version, where that was asked for. Commander cannot wait while it is written. */
  help: string;
}

async function parse(program: Command, args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    // Help or version was asked for.
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
  }
}

function makeProgram(context: CommandContext, outcome: Outcome, commands: readonly MakeCommand[]): Command {
  const program = new Command("llm-sim")
    .description("Run turn-based multi-agent simulations, and ask their event logs what happened and why.")
    .version(versionText(), "-V, --version", "print the version, and the commit it was built from")
    .option(DEBUG_OPTION, "on an error, print where in the program it comes from")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", RUN_HELP);
  for (const make of commands) {
    program.addCommand(make({ ...context, exitWith: (code) => (outcome.exitCode = code) }));
  }
  for (const command of [program, ...program.commands]) {
    // What is wrong with a call is told by runLlmSim, in one line.
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        outcome.help += text;
      },
      outputError: () => {},
      getOutHelpWidth: () => context.stdout.columns,
      getOutHasColors: () => context.stdout.color,
    });
  }
  return program;
}

function versionText(): string {
  const { version, commit } = buildOf(import.meta.url);
  return commit === undefined ? version : `${version} (commit ${commit})`;
}

const RUN_HELP = `
RUN is a run's id under --output, a unique beginning of it, the path of a run's directory, or "latest".
Exit codes: 0 done, 1 it failed, 2 the call was wrong, 3 (with --strict) the answer may not be all,
75 (with --shard) others are at some of its runs: start it again, 130 interrupted.`;
