// Agents and variables may be called whatever the format allows: each part of the logic keeps them all, by their own names.
import type { StateAnswer, TimelineAnswer, ValuesAnswer } from "@llm-sim/api";
import { NAMES_THAT_TRAP } from "@llm-sim/events/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownerCurves } from "./charts/index.ts";
import { valueChanges } from "./event-text/index.ts";
import { activityOf, densityOf, gridOver, lanesOf } from "./timeline/index.ts";
import {
  agentFromPath,
  agentToPath,
  DEFAULT_VIEW,
  readRunView,
  toCriteria,
  writeRunView,
} from "./view/index.ts";
import { chartNamed, charts, curves, worldTable } from "./world/index.ts";

const agentName = fc.oneof(
  fc.constantFrom<string>(...NAMES_THAT_TRAP),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .filter((name) => /^[^,\p{Cc}]{1,128}$/u.test(name) && name.isWellFormed()),
);
const variableName = fc.oneof(agentName, fc.constantFrom("a, b", "inventory.gold", 'a."b.c"'));
const agents = fc.uniqueArray(agentName, { minLength: 1, maxLength: 8 });
const variables = fc.uniqueArray(variableName, { minLength: 1, maxLength: 5 });

function recordOf<Value>(names: readonly string[], value: (name: string, at: number) => Value) {
  return Object.fromEntries(names.map((name, at) => [name, value(name, at)]));
}

const stateOf = (ids: readonly string[], names: readonly string[], add = 0): StateAnswer => ({
  simulation_id: "odd",
  turn: 1,
  global: recordOf(names, (_, at) => at + add),
  agents: recordOf(ids, (_, row) => recordOf(names, (_name, at) => 100 * row + at + add)),
  memory: recordOf(ids, (id) => recordOf(names, () => id)),
  check: "none",
  exact: true,
  gaps: [],
});
const sorted = (names: readonly string[]) => [...names].sort();

describe("whatever they are called", () => {
  it("all of them are in the world's table, each with its own value and what it was before", () => {
    fc.assert(
      fc.property(agents, variables, (ids, names) => {
        const table = worldTable(stateOf(ids, names, 1), stateOf(ids, names));
        expect(sorted(table.variables)).toEqual(sorted(names));
        expect(sorted(table.agents.map(({ agent }) => agent))).toEqual(sorted(ids));
        expect(sorted(table.world.map(({ name }) => name))).toEqual(sorted(names));
        for (const { agent, cells, remembers } of table.agents) {
          expect(remembers?.changed).toBe(false);
          for (const [at, cell] of cells.entries()) {
            const value = 100 * ids.indexOf(agent) + names.indexOf(table.variables[at] ?? "") + 1;
            expect(cell).toMatchObject({ text: value.toLocaleString("en-US"), difference: "+1" });
          }
        }
      }),
    );
  });

  it("charts name each of them, and the name leads back to it, through a link too", () => {
    fc.assert(
      fc.property(agents, fc.uniqueArray(agentName, { minLength: 1, maxLength: 5 }), (ids, names) => {
        const state = stateOf(ids, names);
        const all = [...charts(state), ...curves(state)];
        expect(charts(state).length).toBe(2 * names.length);
        for (const charted of all) expect(chartNamed(charted.text, state)).toEqual(charted);
        const texts = [...new Set(all.map(({ text }) => text))];
        const link = writeRunView({ ...DEFAULT_VIEW, variables: texts });
        expect(readRunView(throughAddress(link)).variables).toEqual(texts);
      }),
    );
  });

  it("each has a curve of its own", () => {
    fc.assert(
      fc.property(agents, (ids) => {
        const series = ids.map((agent_id, at): ValuesAnswer["series"][number] => ({
          agent_id,
          points: [[0, at]],
        }));
        const answer = { turn_start: 0, turn_end: 1, every: 1, series, complete: true, gaps: [] };
        const { owners } = ownerCurves({ simulation_id: "odd", variable: "*.wealth", ...answer });
        expect(new Map(owners.map(({ agent, values }) => [agent, values]))).toEqual(
          new Map(ids.map((id, at) => [id, [at, at]])),
        );
      }),
    );
  });

  it("a filter by them comes through a link, and asks for them", () => {
    fc.assert(
      fc.property(agents, (ids) => {
        const filter = { ...DEFAULT_VIEW.filter, agents: ids, involving: ids };
        const read = readRunView(throughAddress(writeRunView({ ...DEFAULT_VIEW, filter })));
        expect(read.filter).toEqual(filter);
        expect(toCriteria(read.filter)).toEqual({ agent_ids: ids, involving: ids });
      }),
    );
  });

  it("each has a lane, and its events are counted in it", () => {
    fc.assert(
      fc.property(agents, (ids) => {
        const timeline: TimelineAnswer = {
          by: "turn",
          total: ids.length,
          buckets: [
            {
              from: 0,
              to: 1,
              total: ids.length,
              by_type: { ACTION: ids.length },
              by_agent: recordOf(ids, () => 1),
            },
          ],
          agents_omitted: 0,
          complete: true,
          gaps: [],
        };
        const activity = activityOf(densityOf([timeline], gridOver(0, 2, 2)));
        expect(activity).toEqual(new Map(ids.map((id) => [id, 1])));
        const lanes = lanesOf(activity, "name", false).flatMap(({ agent }) => agent ?? []);
        expect(sorted(lanes)).toEqual(sorted(ids));
      }),
    );
  });

  it("each has an address of its own, which no browser takes for a step along the path", () => {
    fc.assert(
      fc.property(fc.oneof(agentName, fc.stringMatching(/^~{0,3}\.{0,3}$/)), (name) => {
        const path = new URL(`/agents/${encodeURIComponent(agentToPath(name))}`, "http://here").pathname;
        fc.pre(name !== "");
        expect(agentFromPath(decodeURIComponent(path.replace("/agents/", "")))).toBe(name);
      }),
    );
  });

  it("members of a value that changed are told by their names", () => {
    fc.assert(
      fc.property(agents, (names) => {
        const paths = valueChanges(
          recordOf(names, () => 1),
          recordOf(names, () => 2),
        ).map(({ path }) => path);
        expect(paths).toEqual(Object.keys(recordOf(names, () => 1)));
        expect(
          valueChanges(
            {},
            recordOf(names, () => 2),
          ).map(({ from }) => from),
        ).toEqual(names.map(() => "–"));
      }),
    );
  });
});

/** As the address bar carries it. */
function throughAddress(parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(new URLSearchParams(parameters).toString()));
}
