import type { MakeCommand } from "./make-command.ts";

export type { MakeCommand };

/**
 * Each command by its name, in the order in which help lists them, and where it is: the one that is called is loaded alone, with what
 * it needs. A new command is a file of its own and a line here.
 */
const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  init: async () => (await import("./init.ts")).initCommand,
  run: async () => (await import("./run.ts")).runCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  batch: async () => (await import("./batch.ts")).batchCommand,
  ls: async () => (await import("./ls.ts")).lsCommand,
  events: async () => (await import("./events.ts")).eventsCommand,
  tail: async () => (await import("./tail.ts")).tailCommand,
  show: async () => (await import("./show.ts")).showCommand,
  prompt: async () => (await import("./prompt.ts")).promptCommand,
  calls: async () => (await import("./calls.ts")).callsCommand,
  causes: async () => (await import("./causality.ts")).causesCommand,
  effects: async () => (await import("./causality.ts")).effectsCommand,
  why: async () => (await import("./why.ts")).whyCommand,
  state: async () => (await import("./state.ts")).stateCommand,
  history: async () => (await import("./history.ts")).historyCommand,
  find: async () => (await import("./find.ts")).findCommand,
  widest: async () => (await import("./widest.ts")).widestCommand,
  diff: async () => (await import("./diff.ts")).diffCommand,
  verify: async () => (await import("./verify.ts")).verifyCommand,
  repair: async () => (await import("./repair.ts")).repairCommand,
  rm: async () => (await import("./rm.ts")).rmCommand,
  replay: async () => (await import("./replay.ts")).replayCommand,
  resume: async () => (await import("./resume.ts")).resumeCommand,
  fork: async () => (await import("./fork.ts")).forkCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  sql: async () => (await import("./sql.ts")).sqlCommand,
  import: async () => (await import("./import.ts")).importCommand,
  ship: async () => (await import("./ship.ts")).shipCommand,
  schema: async () => (await import("./schema.ts")).schemaCommand,
};

/** The command that the arguments name; all where they name none, as help is about all then. */
export async function commandsFor([name = ""]: readonly string[]): Promise<MakeCommand[]> {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named ? [await named()] : Promise.all(Object.values(COMMANDS).map((load) => load()));
}
