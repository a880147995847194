import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommonFields, EventHandle, EventStream, Scope } from "@llm-sim/events";
import type { RunManifest } from "@llm-sim/events/run";
import type { Event, JsonValue, VerbosityLevel } from "@llm-sim/events/schema";
import { StateFold } from "@llm-sim/events/state";
import { openMemoryStream } from "@llm-sim/events/testing";
import { RunReader } from "../reader/index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";
import { RunExplainer } from "./explainer.ts";

export interface Told {
  explain: RunExplainer;
  events: Event[];
  directory: string;
}

export interface Telling {
  verbosity?: VerbosityLevel;
  simulationId?: string;
  /** Of run.json; without it there is none. */
  seed?: number;
  hasManifest?: boolean;
  /** Of run.json: what a simulation claims, where nothing is said. */
  manifest?: Partial<RunManifest>;
  /** What becomes of the lines before they are written: to lose or change some. */
  lines?: (lines: string[]) => string[];
}

/** What happens in a run, told through the emitter. */
export type Tale = (stream: EventStream, world: ToldWorld) => void;

/** Records a tale in a directory that is gone afterwards, and asks about it. */
export function told<T>(tale: Tale, ask: (run: Told) => Promise<T>, telling: Telling = {}): Promise<T> {
  return inTemporaryDirectory(async (output) => ask(await record(output, tale, telling)));
}

export async function record(output: string, tale: Tale, telling: Telling = {}): Promise<Told> {
  const {
    verbosity = "STATE",
    simulationId = "told",
    hasManifest = true,
    seed = 1,
    lines = (all) => all,
    manifest = {},
  } = telling;
  const { stream, sink } = await openMemoryStream({ simulationId, verbosity, scopes: "explicit" });
  tale(stream, new ToldWorld());
  await stream.close();
  const written = lines(sink.lines.map((line) => line.trimEnd()));
  const directory = join(output, simulationId);
  writeRun(directory, { segments: [written] });
  if (hasManifest) {
    const whole = { ...manifestOf(simulationId, verbosity, seed, written.length), ...manifest };
    writeFileSync(join(directory, "run.json"), JSON.stringify(whole));
  }
  const reader = new RunReader(simulationId, directory, { sidecar: false });
  return {
    explain: RunExplainer.over(reader),
    events: written.map((line): Event => JSON.parse(line)),
    directory,
  };
}

/** A world that emits its changes, and knows its hash. */
export class ToldWorld {
  readonly #fold = new StateFold();
  readonly #writes = new Map<string, EventHandle>();

  /** `name` is `ann.wealth`, or `price` of the world. `undefined` takes the variable away. */
  set(scope: Scope, name: string, value: JsonValue | undefined, fields: CommonFields = {}): EventHandle {
    const [first = "", ...rest] = name.split(".");
    const agent_id = rest.length === 0 ? undefined : first;
    const variable_name = rest.length === 0 ? first : rest.join(".");
    const old = this.#fold.get(agent_id, variable_name);
    const change = old === undefined ? "added" : value === undefined ? "removed" : undefined;
    const new_value = value ?? null;
    const handle = scope.state(variable_name, {
      agent_id,
      old_value: old ?? null,
      new_value,
      change,
      ...fields,
    });
    this.#fold.apply({ agent_id, variable_name, new_value, change });
    this.#writes.set(name, handle);
    return handle;
  }

  /** The write that an agent reads. */
  read(name: string): EventHandle {
    const write = this.#writes.get(name);
    if (write === undefined) throw new Error(`${name} was never written`);
    return write;
  }

  value(name: string): JsonValue | undefined {
    const [first = "", ...rest] = name.split(".");
    return rest.length === 0 ? this.#fold.get(undefined, first) : this.#fold.get(first, rest.join("."));
  }

  number(name: string): number {
    const value = this.value(name);
    return typeof value === "number" ? value : 0;
  }

  /** For the end of a turn. */
  get hashed(): { details: { state_hash: string } } {
    return { details: { state_hash: this.#fold.hash() } };
  }
}

function manifestOf(
  simulationId: string,
  verbosity: VerbosityLevel,
  seed: number,
  written: number,
): RunManifest {
  return {
    simulation_id: simulationId,
    status: "completed",
    verbosity,
    seed,
    config: { simulation: { seed } },
    start_time: "2026-11-23T07:15:00.000000Z",
    counts: { emitted: written, written, dropped: 0, suppressed: 0, pending: 0 },
    segments: [],
    causes: { version: 2, by: "simulation", engine: "none", validator: "none", agents: {} },
  };
}

export interface LakeOptions {
  /** How much an agent takes; a tenth of the fish where it is not said. */
  take?: (agent: string, turn: number, fish: number) => number;
  /** Called when a turn has begun. */
  onTurn?: (turn: number, scope: Scope, world: ToldWorld) => void;
}

/** Two fishers and a lake: every turn each takes a part of what is there, then the fish grow. */
export function lake(turns: number, { take = tenth, onTurn }: LakeOptions = {}): Tale {
  return (stream, world) => {
    world.set(stream, "fish", 100);
    for (const agent of ["ann", "bob"]) world.set(stream, `${agent}.caught`, 0);
    for (let turn = 1; turn <= turns; turn++) {
      const scope = stream.startTurn(turn);
      onTurn?.(turn, scope, world);
      const decisions = ["ann", "bob"].map((agent) => {
        const amount = take(agent, turn, world.number("fish"));
        const decision = scope.decision(agent, "fish", {
          new_value: amount,
          caused_by: [world.read("fish")],
        });
        return { agent, amount, decision };
      });
      for (const { agent, amount, decision } of decisions) {
        scope.because(decision, (decided) => {
          const action = decided.action(agent, "harvest", { amount });
          decided.because(action, (inside) => {
            world.set(inside, "fish", cents(world.number("fish") - amount));
            world.set(inside, `${agent}.caught`, cents(world.number(`${agent}.caught`) + amount));
          });
        });
      }
      world.set(scope, "fish", cents(world.number("fish") * 1.1), { details: { rule: "growth" } });
      scope.end(world.hashed);
    }
  };
}

function tenth(_agent: string, _turn: number, fish: number): number {
  return cents(fish / 10);
}

export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
