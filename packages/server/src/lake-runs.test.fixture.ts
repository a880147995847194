import { type EventHandle, openEventStream, type Scope } from "@llm-sim/events";
import type { JsonValue, VerbosityLevel } from "@llm-sim/events/schema";
import { StateFold } from "@llm-sim/events/state";

export interface LakeOptions {
  turns?: number;
  verbosity?: VerbosityLevel;
  /** How much an agent takes; 2 where it is not said. */
  take?: (agent: string, turn: number) => number;
  agents?: readonly string[];
}

/** A finished run: fishers who look at the lake and take from it, and fish that grow by 10 each turn; begins with 100. */
export async function writeLake(
  outputDir: string,
  simulationId: string,
  { turns = 6, verbosity = "STATE", take = () => 2, agents = ["ann", "bob"] }: LakeOptions = {},
): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId,
    verbosity,
    signals: false,
    scopes: "explicit",
    provenance: { name: "lake", seed: 7 },
  });
  const state = new StateFold();
  const last = new Map<string, EventHandle>();
  const add = (scope: Scope, name: string, amount: number, agent_id?: string): void => {
    const old = state.get(agent_id, name);
    const new_value: JsonValue = (typeof old === "number" ? old : 0) + amount;
    const change = old === undefined ? "added" : undefined;
    last.set(name, scope.state(name, { agent_id, old_value: old ?? null, new_value, change }));
    state.apply({ agent_id, variable_name: name, new_value, change });
  };

  add(stream, "fish", 100);
  for (const agent of agents) add(stream, "caught", 0, agent);
  for (let turn = 1; turn <= turns; turn++) {
    const scope = stream.startTurn(turn);
    const seen = last.get("fish");
    for (const agent of agents) {
      const amount = take(agent, turn);
      const decision = scope.decision(agent, "fish", {
        new_value: amount,
        caused_by: seen === undefined ? [] : [seen],
      });
      scope.because(decision, (decided) => {
        decided.because(decided.action(agent, "harvest", { amount }), (done) => {
          add(done, "fish", -amount);
          add(done, "caught", amount, agent);
        });
      });
    }
    add(scope, "fish", 10);
    const details = stream.records("STATE") ? { state_hash: state.hash() } : {};
    scope.end({ details });
    await stream.flush();
  }
  await stream.close();
}
