import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";

export const LONG_ID = `a-run-${"whose-id-goes-on-".repeat(6)}until-the-limit`;
export const LONG_NAME = `an agent whose name no column could hold whole ${"x".repeat(60)}`;
const NAMES = [LONG_NAME, "山田太郎と鈴木花子", "محمد عبد الله", "🧙🔥", "<b>bold</b>", "constructor"];
export const ARABIC = "يقرر الوكيل أن يشتري ما يعرضه الآخرون ".repeat(6).trim();

/** A run whose names, values and texts are as long and as foreign as the format allows. */
export async function writeOddRun(outputDir: string): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId: LONG_ID,
    verbosity: "DETAIL",
    signals: false,
  });
  const variable = `a variable ${"with a long name ".repeat(4)}`.trim();
  for (const name of NAMES)
    stream.state(variable, { agent_id: name, old_value: null, new_value: 1, change: "added" });
  stream.state("weather", { old_value: null, new_value: "changeable ".repeat(60), change: "added" });
  for (let turn = 1; turn <= 3; turn++) {
    stream.turn(turn, () => {
      for (const name of NAMES) {
        const description = name === NAMES[2] ? ARABIC : undefined;
        const decision = stream.decision(name, "greeting", { new_value: "x".repeat(400), description });
        stream.because(decision, () => {
          stream.action(name, "greet", { text: "y".repeat(900) }, { participating_agent_ids: NAMES });
          stream.state(variable, { agent_id: name, old_value: turn, new_value: turn + 1 });
        });
      }
    });
  }
  await stream.close();
}

/** A run directory whose log is there and empty. */
export async function writeEmptyRun(outputDir: string, id: string): Promise<void> {
  await mkdir(join(outputDir, id));
  await writeFile(join(outputDir, id, "events.jsonl"), "");
}

/** A run with an event in the last turn that there can be, and a value that is written there. */
export async function writeFarRun(outputDir: string, id: string, values: readonly number[]): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId: id, verbosity: "DETAIL", signals: false });
  const turns = [1, 2, 5, Number.MAX_SAFE_INTEGER];
  for (const [at, turn] of turns.entries()) {
    stream.turn(turn, () => {
      stream.because(stream.decision("alice", "trade"), () =>
        stream.state("wealth", {
          agent_id: "alice",
          old_value: at === 0 ? null : (values[at - 1] ?? 0),
          new_value: values[at] ?? 0,
          ...(at === 0 && { change: "added" }),
        }),
      );
    });
  }
  await stream.close();
}
