import { causesCommand, effectsCommand } from "./causality.ts";
import { eventsCommand } from "./events.ts";
import { exportCommand } from "./export.ts";
import { initCommand } from "./init.ts";
import { lsCommand } from "./ls.ts";
import type { MakeCommand } from "./make-command.ts";
import { repairCommand } from "./repair.ts";
import { runCommand } from "./run.ts";
import { schemaCommand } from "./schema.ts";
import { serveCommand } from "./serve.ts";
import { showCommand } from "./show.ts";
import { tailCommand } from "./tail.ts";
import { verifyCommand } from "./verify.ts";

/** In the order in which help lists them. A new command is a file of its own and a line here. */
export const commands: readonly MakeCommand[] = [
  initCommand,
  runCommand,
  serveCommand,
  lsCommand,
  eventsCommand,
  tailCommand,
  showCommand,
  causesCommand,
  effectsCommand,
  verifyCommand,
  repairCommand,
  exportCommand,
  schemaCommand,
];
