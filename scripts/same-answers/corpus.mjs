// The runs over which stores have to answer alike: whole ones, forks, batches, and logs as other hands leave them.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordHaggling } from "@llm-sim/events/testing";
import { ODD_LOGS, writeOddLog } from "../faults/odd-logs.mjs";
import { CLI } from "../faults/serving.mjs";
import { linesOf, writeWholeRun } from "../faults/whole-run.mjs";
import { root } from "../install.mjs";

/** Tens of megabytes each. */
export const HEAVY_KINDS = ["one line of 20 MB", "run.json of 30 MB", "millions of newlines"];

/** Of each that it takes another way to answer. */
export const SHORT_KINDS = [
  "times back and forth",
  "ids twice",
  "causes that are not there",
  "half a line in the middle",
  "the dialect of Python",
  "no run.json",
  "gzip damaged by a bit",
  "names that trap",
];

const SEVERAL_SEGMENTS = { maxFileSize: 16 * 1024, compress: "gzip" };

/**
 * @param kinds of odd logs
 * @param examples whether runs of the examples, a batch and a fork are played, which takes seconds
 */
export async function writeCorpus(outputDir, { kinds = Object.keys(ODD_LOGS), examples = true } = {}) {
  const whole = await writeWholeRun(outputDir, "whole");
  const lines = linesOf(whole);
  await writeWholeRun(outputDir, "in-segments", { turns: 40, ...SEVERAL_SEGMENTS });
  for (const verbosity of ["MILESTONE", "ACTION"])
    await writeWholeRun(outputDir, `at-${verbosity.toLowerCase()}`, { turns: 3, verbosity });
  await recordHaggling(outputDir, "haggling");
  await recordHaggling(outputDir, "haggling-of-hashes", { tape: "hash" });
  await recordHaggling(outputDir, "haggling-at-action", { verbosity: "ACTION" });
  await recordHaggling(outputDir, "haggling-at-milestone", { verbosity: "MILESTONE" });
  writeChild(outputDir, whole);
  writeLoss(outputDir, whole, lines);
  for (const kind of kinds) writeOddLog(outputDir, kind, whole, lines);
  if (examples) playExamples(outputDir);
}

/** A copy that says that it goes on from the other. */
function writeChild(outputDir, parent) {
  const directory = join(outputDir, "child");
  cpSync(parent, directory, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const [first] = linesOf(parent);
  manifest.parent = { simulation_id: "whole", turn: 3, event_id: JSON.parse(first).event_id };
  manifest.simulation_id = "child";
  writeFileSync(join(directory, "run.json"), JSON.stringify(manifest));
}

/** A copy whose log says that something was lost. */
function writeLoss(outputDir, whole, lines) {
  const directory = join(outputDir, "with-loss");
  cpSync(whole, directory, { recursive: true });
  const told = lines.map((line, at) => {
    const { event_id, timestamp, turn_number, simulation_id } = JSON.parse(line);
    if (at !== 50) return line;
    return JSON.stringify({
      event_id,
      timestamp,
      turn_number,
      event_type: "SYSTEM",
      simulation_id,
      description: "3 events were dropped",
      status: "warning",
      error_type: "events_dropped",
      details: { dropped: 3, counts: { STATE: 3 }, turn_start: 4, turn_end: turn_number },
    });
  });
  writeFileSync(join(directory, "events.jsonl"), told.map((line) => `${line}\n`).join(""));
}

const PLANNED = { seeds: "1..30", settings: [{ path: "engine.params.rate", values: [0.1, 0.2] }] };

/** Two batches whose runs are whole, cut off, damaged, without what is read of them, not there, or none of theirs. */
export async function writeOddBatches(outputDir) {
  const whole = await writeWholeRun(outputDir, "whole", { turns: 6 });
  const log = linesOf(whole);
  const summary = summaryOf(log);
  const inLines = ({ variables, ...rest }) =>
    `${JSON.stringify(rest).slice(0, -1)},\n"variables":[\n${variables.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;
  let seed = 0;
  const add = (name, { manifest = {}, told = inLines(varied(summary, seed)), lines, files = [] } = {}) => {
    seed++;
    const directory = join(outputDir, `odd-${name}`);
    cpSync(whole, directory, { recursive: true });
    const before = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
    const settings = { "engine.params.rate": seed % 2 === 0 ? 0.1 : 0.2 };
    const batch = { id: "odd", name: "odd", config_hash: "1f0c2a9b", settings, planned: PLANNED, shards: 3 };
    const after = { ...before, simulation_id: `odd-${name}`, seed, batch, ended_by: "turns", ...manifest };
    writeFileSync(join(directory, "run.json"), JSON.stringify(after));
    if (told !== null) writeFileSync(join(directory, "summary.json"), told);
    if (lines !== undefined) writeFileSync(join(directory, "events.jsonl"), lines);
    for (const [file, text] of files) writeFileSync(join(directory, file), text);
  };
  const text = (lines) => lines.map((line) => `${line}\n`).join("");
  const last = JSON.parse(log.at(-1));
  for (let count = 1; count <= 6; count++) add(`whole-${count}`);
  add("in-one-piece", { told: JSON.stringify(varied(summary, 3)) });
  add("interrupted", { manifest: { status: "interrupted", ended_by: "signal" } });
  add("interrupted-early", { manifest: { status: "interrupted", ended_by: undefined }, told: null });
  add("left", { manifest: { status: "running", ended_by: undefined, end_time: undefined }, told: null });
  add("failed", { manifest: { status: "failed", ended_by: "error" } });
  add("out-of-budget", { manifest: { ended_by: "budget" } });
  add("with-losses", {
    manifest: { counts: { emitted: 9, written: 6, dropped: 3, suppressed: 0, pending: 0 } },
  });
  add("without-summary", { told: null });
  add("summary-cut", { told: inLines(summary).slice(0, 200) });
  add("summary-no-json", { told: "none" });
  add("summary-of-another-kind", { told: "[1]" });
  add("summary-newer", { told: JSON.stringify({ ...summary, format_version: 99 }) });
  add("summary-of-fewer", {
    told: JSON.stringify({ ...varied(summary, 5), every_turns: 4, variables_left_out: 2 }),
  });
  add("odd-numbers", {
    told: inLines({
      ...summary,
      variables: [
        {
          variable: "wealth",
          last: Number.POSITIVE_INFINITY,
          writes: 2,
          points: [
            [0, 0.1],
            [3, 2e21],
          ],
        },
      ],
    }).replace('"last":null', '"last":1e999'),
  });
  add("torn", { lines: `${text(log)}{"event_id":"01` });
  add("without-newline", { lines: text(log).slice(0, -1) });
  add("blank-lines", { lines: `${text(log)}\n\n` });
  add("no-event-last", { lines: `${text(log)}{"a":1}\n` });
  add("twice", { lines: `${text(log)}${log.at(-1)}\n` });
  add("crlf", { lines: log.map((line) => `${line}\r\n`).join("") });
  add("ended-in-words", {
    lines: text([...log.slice(0, -1), JSON.stringify({ ...last, description: "It is over" })]),
  });
  add("long-last-line", {
    lines: text([...log.slice(0, -1), JSON.stringify({ ...last, details: { filler: "x".repeat(9000) } })]),
  });
  add("no-log", { lines: "" });
  add("a-fork", { manifest: { parent: { simulation_id: "whole", turn: 3, event_id: last.event_id } } });
  add("of-older-version", { manifest: { batch: "odder" } });
  add("of-another", { manifest: { batch: { id: "odder", name: "odder", settings: {} } } });
}

/** As a simulation leaves it; the emitter alone leaves none. */
function summaryOf(lines) {
  const curves = new Map();
  for (const event of lines.map((line) => JSON.parse(line))) {
    if (event.event_type !== "STATE") continue;
    const points = curves.get(event.agent_id) ?? [];
    curves.set(event.agent_id, [...points, [event.turn_number, event.new_value]]);
  }
  const curve = (variable, points) => ({
    ...variable,
    first: points[0][1],
    last: points.at(-1)[1],
    writes: points.length,
    points,
  });
  const tried = { decisions: 12, failures: 1, actions: 12, refusals: 2 };
  return {
    format_version: 2,
    simulation_id: "whole",
    turns: 6,
    tried,
    refusals: [],
    failures: [],
    every_turns: 1,
    variables: [
      curve({ variable: "price" }, [
        [0, 1.5],
        [2, 1.25],
        [6, 3],
      ]),
      curve({ variable: "mood" }, [
        [0, "calm"],
        [3, ["wild"]],
      ]),
      ...[...curves].map(([agent_id, points]) => curve({ agent_id, variable: "wealth" }, points)),
    ],
  };
}

/** Other numbers, the same for the same seed. */
function varied({ variables, ...rest }, seed) {
  const other = (value, at) => (typeof value === "number" ? value + ((seed * 7 + at * 3) % 11) / 10 : value);
  return {
    ...rest,
    variables: variables.map((variable, place) => ({
      ...variable,
      last: other(variable.last, place),
      points: variable.points?.map(([turn, value], at) => [turn, other(value, at)]),
    })),
  };
}

function playExamples(outputDir) {
  const play = (...args) =>
    execFileSync(process.execPath, [CLI, ...args, "--output", outputDir, "--quiet"], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
  play("run", "examples/market/simulation.yaml", "--turns", "8", "--id", "market", "--verbosity", "DETAIL");
  const sweep = ["--seeds", "1..3", "--set", "engine.params.growth=0.2,0.4"];
  play("run", "examples/commons/simulation.yaml", "--turns", "6", "--verbosity", "STATE", ...sweep);
  play("fork", "market", "--turn", "4");
  for (const name of ["negotiation", "town-hall"])
    play("run", `examples/${name}/simulation.yaml`, "--id", name, "--verbosity", "STATE");
}
