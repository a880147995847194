// A run with everything a run can have: closed segments, model calls, a note, a checkpoint's file; what odd logs are made from.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { appendNote } from "@llm-sim/events/notes";
import { recordAttempt } from "@llm-sim/events/testing";

const AGENTS = ["alice", "bob"];

/** @returns the run's directory */
export async function writeWholeRun(outputDir, simulationId, { turns = 12, ...options } = {}) {
  const stream = await openEventStream({
    outputDir,
    simulationId,
    verbosity: "DETAIL",
    signals: false,
    onWarning: () => undefined,
    provenance: { name: "whole", seed: 7 },
    ...options,
  });
  const wealth = Object.fromEntries(AGENTS.map((agent) => [agent, 100]));
  for (const agent of AGENTS)
    stream.state("wealth", { agent_id: agent, old_value: null, new_value: wealth[agent], change: "added" });
  for (let turn = 1; turn <= turns; turn++) {
    const scope = stream.startTurn(turn);
    for (const agent of AGENTS) {
      const asked = await recordAttempt(stream, {
        coordinate: {
          actor: { type: "agent", agent_id: agent },
          turn,
          purpose: "trade",
          ordinal: 0,
          attempt: 1,
        },
        model: "llama3.1",
        sampling: { temperature: 0.5 },
        messages: [{ role: "user", content: `Turn ${turn}: what do you trade, ${agent}?` }],
        outcome: "response",
        text: `Some of it, as in turn ${turn}.`,
        usage: { input_tokens: 9, output_tokens: 3 },
        latency_ms: 12.5,
      });
      const decision = scope.decision(agent, "trade", { new_value: turn, caused_by: asked });
      const done = scope.action(
        agent,
        "buy",
        { amount: turn, filler: "x".repeat(200) },
        { caused_by: decision },
      );
      const old_value = wealth[agent];
      wealth[agent] -= turn;
      scope.state("wealth", { agent_id: agent, old_value, new_value: wealth[agent], caused_by: done });
    }
    scope.detail("interest", { rate: 0.02, turn });
    if (turn % 5 === 0) stream.phase(`phase ${turn / 5}`);
    scope.end();
  }
  await stream.close();
  const directory = join(outputDir, simulationId);
  await appendNote(directory, { text: "a note of the whole run", turn: 1 });
  mkdirSync(join(directory, "checkpoints"), { recursive: true });
  writeFileSync(
    join(directory, "checkpoints", "turn_4.json"),
    JSON.stringify({ format_version: 2, turn: 4, state: {} }),
  );
  return directory;
}

/** A run's lines, without their newlines. */
export function linesOf(directory) {
  return readdirSync(directory)
    .filter((name) => /^events.*\.jsonl$/.test(name))
    .toSorted((left, right) =>
      left === "events.jsonl" ? 1 : right === "events.jsonl" ? -1 : left < right ? -1 : 1,
    )
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").slice(0, -1));
}
