import { causalityAnswerOf, DEFAULT_CAUSALITY_DEPTH, MAX_CAUSALITY_DEPTH } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import type { Causality, Run } from "@llm-sim/store";
import { Command } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { Paint, treeLines } from "../terminal/index.ts";
import { type EventGraph, effectsLines, eventTree, terminalText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  depth: number;
  turnMarkers: boolean;
  tell?: boolean;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

type Direction = "upstream" | "downstream";

export const causesCommand: MakeCommand = (environment) =>
  command(environment, "causes", "draw what led to an event, as a tree", "upstream");

export const effectsCommand: MakeCommand = (environment) =>
  command(environment, "effects", "draw what an event led to, as a tree", "downstream").option(
    "--tell",
    "in sentences instead, what happens again and again told together",
    false,
  );

function command(environment: Environment, name: string, description: string, direction: Direction): Command {
  return new Command(name)
    .description(description)
    .argument("<run>", "the run")
    .argument("<event-id>", "the event's id, as the lists print it")
    .option(
      "--depth <n>",
      `how many steps to go, 1 to ${MAX_CAUSALITY_DEPTH}`,
      wholeNumber(1, MAX_CAUSALITY_DEPTH),
      DEFAULT_CAUSALITY_DEPTH,
    )
    .option("--turn-markers", "draw the beginnings and ends of turns, too", false)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string, eventId: string, options: Options) =>
      withRun(environment, reference, options, (run) =>
        options.tell
          ? tell(environment, run, eventId, options)
          : draw(environment, run, eventId, direction, options),
      ),
    );
}

async function tell(
  environment: Environment,
  run: Run,
  eventId: string,
  { depth, json, strict }: Options,
): Promise<void> {
  const { stdout } = environment;
  await run.event(eventId); // what is no event's id is not found, of whatever form it is
  const answer = await run.explain.effects({ event_id: eventId, depth });
  if (json) await stdout.line(JSON.stringify(answer));
  else await stdout.write(terminalText(effectsLines(answer), stdout));
  await sayGaps(environment, answer.gaps, strict, stdout.isTerminal && !json);
}

async function draw(
  environment: Environment,
  run: Run,
  eventId: string,
  direction: Direction,
  { depth, turnMarkers, json, strict }: Options,
): Promise<void> {
  const { stdout, stderr } = environment;
  const causality = await run.causality(eventId, depth, { turnMarkers });
  if (json) {
    await stdout.line(JSON.stringify(causalityAnswerOf(causality)));
    await sayGaps(environment, causality.gaps, strict);
    return;
  }
  const graph = direction === "upstream" ? causeGraph(causality) : effectGraph(causality);
  for (const line of treeLines(eventTree(graph, new Paint(stdout.color)), stdout.columns))
    await stdout.line(line);
  if (isCut(causality, direction, depth)) {
    const further =
      depth < MAX_CAUSALITY_DEPTH
        ? `; --depth N goes further, up to ${MAX_CAUSALITY_DEPTH}.`
        : ", the most; ask for one of the last to go on from there.";
    await stderr.line(`Drawn to ${depth} steps${further}`);
  }
  await sayGaps(environment, causality.gaps, strict);
}

/** The store says whether there is more either way; this way there can only be where the last step was reached. */
function isCut(causality: Causality, direction: Direction, depth: number): boolean {
  return causality.truncated && causality[direction].some((entry) => entry.depth === depth);
}

function causeGraph({ event, upstream, missing }: Causality): EventGraph {
  const absent = new Set(missing.map((one) => one.event_id));
  return {
    root: event,
    events: new Map(upstream.map((entry) => [entry.event.event_id, entry.event])),
    next: (from) => from.caused_by ?? [],
    absent: (id) => (absent.has(id) ? "(not in the log)" : undefined),
  };
}

function effectGraph({ event, downstream }: Causality): EventGraph {
  const effects = new Map<string, string[]>();
  for (const { event: effect } of downstream) for (const cause of effect.caused_by ?? []) link(cause, effect);
  return {
    root: event,
    events: new Map(downstream.map((entry) => [entry.event.event_id, entry.event])),
    next: (from) => effects.get(from.event_id) ?? [],
    absent: () => undefined,
  };

  function link(cause: string, effect: Event): void {
    const list = effects.get(cause);
    if (list) list.push(effect.event_id);
    else effects.set(cause, [effect.event_id]);
  }
}
