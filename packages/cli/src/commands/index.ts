import { callsCommand } from "./calls.ts";
import { causesCommand, effectsCommand } from "./causality.ts";
import { diffCommand } from "./diff.ts";
import { eventsCommand } from "./events.ts";
import { exportCommand } from "./export.ts";
import { findCommand } from "./find.ts";
import { forkCommand } from "./fork.ts";
import { historyCommand } from "./history.ts";
import { importCommand } from "./import.ts";
import { initCommand } from "./init.ts";
import { lsCommand } from "./ls.ts";
import type { MakeCommand } from "./make-command.ts";
import { promptCommand } from "./prompt.ts";
import { repairCommand } from "./repair.ts";
import { replayCommand } from "./replay.ts";
import { resumeCommand } from "./resume.ts";
import { runCommand } from "./run.ts";
import { schemaCommand } from "./schema.ts";
import { serveCommand } from "./serve.ts";
import { showCommand } from "./show.ts";
import { stateCommand } from "./state.ts";
import { tailCommand } from "./tail.ts";
import { verifyCommand } from "./verify.ts";
import { whyCommand } from "./why.ts";
import { widestCommand } from "./widest.ts";

/** In the order in which help lists them. A new command is a file of its own and a line here. */
export const commands: readonly MakeCommand[] = [
  initCommand,
  runCommand,
  serveCommand,
  lsCommand,
  eventsCommand,
  tailCommand,
  showCommand,
  promptCommand,
  callsCommand,
  causesCommand,
  effectsCommand,
  whyCommand,
  stateCommand,
  historyCommand,
  findCommand,
  widestCommand,
  diffCommand,
  verifyCommand,
  repairCommand,
  replayCommand,
  resumeCommand,
  forkCommand,
  exportCommand,
  importCommand,
  schemaCommand,
];
