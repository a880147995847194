import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { effectsQuerySchema, whyQuerySchema } from "@llm-sim/api";
import { readManifest } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { type Tale, told } from "../explain/told-run.test.fixture.ts";
import { parse } from "../parsed.ts";
import type { AskedRun } from "../port/index.ts";
import { openStore } from "../store.ts";
import { Excerpt } from "./excerpt.ts";

/** Two agents trade by what they read, a rule pays interest, and one remembers. */
const market: Tale = (stream, world) => {
  for (const agent of ["ann", "bob"]) world.set(stream, `${agent}.wealth`, 100);
  world.set(stream, "price", 5);
  for (let turn = 1; turn <= 6; turn++) {
    const scope = stream.startTurn(turn);
    for (const [agent, other] of [
      ["ann", "bob"],
      ["bob", "ann"],
    ] as const) {
      const reads = [world.read(`${agent}.wealth`), world.read("price"), world.read(`${other}.wealth`)];
      const decision = scope.decision(agent, "trade", {
        new_value: turn,
        caused_by: reads,
        ...(agent === "ann" && { details: { memory: { last: turn } } }),
      });
      const action = scope.action(agent, "buy", { amount: turn }, { caused_by: [decision, ...reads] });
      world.set(scope, `${agent}.wealth`, world.number(`${agent}.wealth`) - turn, { caused_by: action });
    }
    const rule = scope.detail("interest", { rate: 0.1 }, { caused_by: world.read("ann.wealth") });
    world.set(scope, "price", 5 + turn, { caused_by: rule });
    scope.end(world.hashed);
  }
};

type Asks = [what: string, ask: (asked: Pick<AskedRun, "causality" | "explain">, id: string) => unknown][];
const asks: Asks = [
  ["causes and effects", (asked, id) => asked.causality(id, 3)],
  ["causes, markers of turns among them", (asked, id) => asked.causality(id, 20, { turnMarkers: true })],
  ["effects", ({ explain }, id) => explain.effects(parse(effectsQuerySchema, { event_id: id }))],
  ["reasons", ({ explain }, id) => explain.why(parse(whyQuerySchema, { event_id: id }))],
  ["reasons far back", ({ explain }, id) => explain.why(parse(whyQuerySchema, { event_id: id, depth: 9 }))],
];

describe("an excerpt of a log", () => {
  it.each(asks)("tells of each event's %s as the log does, where what it asks for is fetched", (_, ask) =>
    told(market, async ({ directory, events }) => {
      const manifest = readManifest(directory);
      if (manifest === undefined) throw new Error("no run.json");
      const lines = readFileSync(join(directory, "events.jsonl"), "utf8").trimEnd().split("\n");
      const store = openStore(dirname(directory), { sidecar: false });
      const run = await store.openRun("told");
      const excerptOf = (ids: ReadonlySet<string>) =>
        new Excerpt({
          id: "told",
          manifest,
          agents: ["ann", "bob"],
          lines: lines
            .filter((_line, at) => ids.has(events[at]?.event_id ?? ""))
            .map((line) => Buffer.from(line)),
        });
      const fewest: number[] = [];
      for (const { event_id } of events) {
        const ids = new Set([event_id]);
        const followed = new Set<string>();
        let excerpt = excerptOf(ids);
        let answer: unknown;
        for (let before = -1; before < ids.size + followed.size; ) {
          before = ids.size + followed.size;
          excerpt = excerptOf(ids);
          answer = await ask(excerpt, event_id);
          const { causes, effectsOf } = excerpt.beyond;
          for (const id of causes) ids.add(id);
          for (const id of effectsOf) followed.add(id);
          for (const event of events)
            if (event.caused_by?.some((cause) => followed.has(cause))) ids.add(event.event_id);
        }
        expect(answer).toEqual((await run.ask((asked) => ask(asked, event_id))).answer);
        fewest.push(ids.size);
      }
      expect(Math.min(...fewest)).toBeLessThan(events.length / 2);
      await store.close();
    }),
  );

  it("takes nothing for missing from the log that is only not among its events", () =>
    told(market, async ({ directory, events }) => {
      const manifest = readManifest(directory);
      const [line = ""] = readFileSync(join(directory, "events.jsonl"), "utf8").split("\n");
      if (manifest === undefined) throw new Error("no run.json");
      const one = new Excerpt({ id: "told", manifest, agents: [], lines: [Buffer.from(line)] });
      const { complete, gaps } = await one.causality(events[0]?.event_id ?? "");
      expect({ complete, gaps: gaps.map(({ kind }) => kind) }).toEqual({
        complete: true,
        gaps: [],
      });
    }));
});
