import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { type Imported, type ImportedRun, importLog } from "../importing/index.ts";
import { outputOption } from "../runs/index.ts";
import { counted, formatCount, Paint, plainText } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

/** How many lines that could not be used are named. */
const NAMED = 5;

interface Options {
  map: string;
  id?: string;
  output: string;
  json: boolean;
}

export const importCommand: MakeCommand = (environment) =>
  new Command("import")
    .description("bring in the log of another program as runs, by a mapping of its fields")
    .argument("<file>", "its log: JSON Lines, or one JSON array")
    .requiredOption("--map <file>", "YAML that says which field is what")
    .option("--id <id>", "the run's id (default: the mapping's run.id, or the file's name)")
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .action((file: string, options: Options) => importFile(environment, file, options));

async function importFile(environment: Environment, file: string, options: Options): Promise<void> {
  const { cwd, stdout, stderr } = environment;
  const imported = await importLog({ cwd, file, ...options });
  const paint = new Paint(stdout.color);
  for (const run of imported.runs)
    await stdout.line(options.json ? JSON.stringify(run) : plainText(runText(run, paint)));
  for (const note of notes(imported, file)) await stderr.line(plainText(note));
  if (imported.rejected > 0) environment.exitWith(EXIT.failed);
}

function runText({ id, events, records, turns, agents }: ImportedRun, paint: Paint): string {
  return `${paint.bold(id)}: ${counted(events, "event")} of ${counted(records, "record")}, ${counted(turns, "turn")}, ${counted(agents, "agent")}`;
}

/** What of the file is not in the runs as it stands there. */
function notes(
  { runs, records, skipped, rejected, rejects, unused_rules }: Imported,
  file: string,
): string[] {
  const sum = (count: (run: ImportedRun) => number) => runs.reduce((total, run) => total + count(run), 0);
  const lines: string[] = [];
  const note = (count: number, what: string, text: string) => {
    if (count > 0) lines.push(`${counted(count, what)}${text}`);
  };
  note(skipped, "record", ` of ${formatCount(records)} left out, as the mapping says.`);
  note(
    sum(({ reordered }) => reordered),
    "record",
    " put in order, before later ones that stood before them.",
  );
  note(
    sum(({ held_back }) => held_back),
    "event",
    " with the time of the one before, as the own is earlier: in details.source_time.",
  );
  note(
    sum(({ late }) => late),
    "event",
    " of a turn that had passed, in the one that was open: the own is in details.source_turn.",
  );
  note(
    sum(({ unknown_causes }) => unknown_causes),
    "cause",
    " named that no earlier record has.",
  );
  note(
    sum(({ contradictions }) => contradictions),
    "old value",
    " that is not the value before: in details.source_old_value.",
  );
  for (const rule of unused_rules) lines.push(`No record fits events.${rule} of the mapping.`);
  if (rejected === 0) return lines;
  lines.push(`${formatCount(rejected)} of ${formatCount(records)} records could not be imported:`);
  for (const { line, reason } of rejects.slice(0, NAMED)) lines.push(`  ${file}:${line}: ${reason}`);
  if (rejected > NAMED) lines.push(`  … and ${formatCount(rejected - NAMED)} more`);
  return lines;
}
