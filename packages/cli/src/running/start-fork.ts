import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readManifest } from "@llm-sim/events/run";
import type { ForkRefused, StartFork } from "@llm-sim/server";
import * as z from "zod";

const PROGRAM = fileURLToPath(new URL("../../bin/llm-sim.js", import.meta.url));

/** What the process of a fork says to the one that started it. */
export const forkMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("begun") }),
  z.object({ type: z.literal("failed"), because: z.enum(["request", "run"]), message: z.string() }),
]);
export type ForkMessage = z.infer<typeof forkMessageSchema>;

/**
 * Starts forks, each as a process of its own that goes on when this one ends.
 *
 * @param outputDir where runs lie, absolute
 */
export async function forkStarter(
  outputDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<StartFork> {
  const { newRunId } = await import("@llm-sim/simulation");
  const { ForkRefused: Refused } = await import("@llm-sim/server");
  return async ({ directory, simulation_id, request }) => {
    const id = request.id ?? newRunId(readManifest(directory)?.name ?? simulation_id);
    const { turn, turns, model, on_miss, set = [], decide = [], without = [], config = [] } = request;
    // Each value stands behind its option's sign of equality: none is taken for an option.
    const args = [
      "fork",
      directory,
      `--output=${outputDir}`,
      `--id=${id}`,
      "--quiet",
      ...(turn === undefined ? [] : [`--turn=${turn}`]),
      ...(turns === undefined ? [] : [`--turns=${turns}`]),
      ...(model === undefined ? [] : [`--model=${model}`]),
      ...(on_miss === undefined ? [] : [`--on-miss=${on_miss}`]),
      ...set.map(({ variable, value }) => `--set=${variable}=${JSON.stringify(value)}`),
      ...decide.map(
        ({ agent_id, decision }) => `--decide=${JSON.stringify(agent_id)}=${JSON.stringify(decision)}`,
      ),
      ...without.map((event) => `--without=${event}`),
      ...config.map(({ path, value }) => `--config=${path}=${JSON.stringify(value)}`),
    ];
    const { LLM_SIM_TOKEN: _, ...own } = env;
    const child = fork(PROGRAM, args, {
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: own,
    });
    const over = once(child, "exit").then(() => undefined);
    const begun = beginningOf(child, Refused);
    // Nobody may be waiting for it by then.
    begun.catch(() => undefined);
    return { simulation_id: id, begun, over };
  };
}

function beginningOf(child: ChildProcess, Refused: typeof ForkRefused): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", (given) => {
      const { data: message } = forkMessageSchema.safeParse(given);
      if (message?.type === "failed") reject(new Refused(message.because, message.message));
      if (message?.type !== "begun") return;
      resolve();
      // It goes on by itself, with this process or without.
      if (child.connected) child.disconnect();
      child.unref();
    });
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      reject(
        new Refused("run", `The fork ended before its first own turn (${signal ?? `exit code ${code}`}).`),
      ),
    );
  });
}
