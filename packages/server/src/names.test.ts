import { createClient, getJsonOver, QUESTIONS } from "@llm-sim/api";
import { anyonesText, variableText } from "@llm-sim/events/naming";
import { memberOf } from "@llm-sim/events/schema";
import { NAMES_THAT_TRAP } from "@llm-sim/events/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { giveBack, openRun, outputDirectory, serve } from "./served-runs.test.fixture.ts";

const AGENTS = new Set<string>(NAMES_THAT_TRAP);
/** A comma parts agents in a question; of a variable it is a letter. */
const VARIABLES = [...NAMES_THAT_TRAP, "a, b"];

let client: ReturnType<typeof connect>;

function connect(baseUrl: string) {
  return createClient(getJsonOver({ baseUrl }), QUESTIONS);
}

beforeAll(async () => {
  const outputDir = outputDirectory();
  for (const [id, price] of [
    ["odd", 2],
    ["other", 3],
  ] as const) {
    const stream = await openRun(outputDir, id);
    for (const variable of VARIABLES)
      stream.state(variable, { old_value: null, new_value: 1, change: "added" });
    for (const agent of AGENTS)
      for (const variable of [agent, "gold"])
        stream.state(variable, { agent_id: agent, old_value: null, new_value: 1, change: "added" });
    stream.turn(1, () => {
      for (const agent of AGENTS) {
        const action = stream.action(agent, "greet", {}, { participating_agent_ids: [agent, "somebody"] });
        stream.state(agent, { agent_id: agent, old_value: 1, new_value: price, caused_by: action });
      }
      for (const variable of VARIABLES) stream.state(variable, { old_value: 1, new_value: price });
    });
    await stream.close();
  }
  client = connect((await serve({ outputDir })).url);
}, 60_000);
afterAll(giveBack);

/** As JSON: matchers look away from a member called `__proto__`. */
function names(record: object): string[] {
  return Object.keys(record).sort();
}

describe("whatever agents and variables are called", () => {
  it("the state has all of them", async () => {
    const state = await client.state({ id: "odd" });
    expect(names(state.global)).toEqual([...VARIABLES].sort());
    expect(names(state.agents)).toEqual([...AGENTS].sort());
    for (const agent of AGENTS) expect(memberOf(memberOf(state.agents, agent), agent), agent).toBe(2);
  });

  it("the timeline counts all of them, one answer's total for all", async () => {
    const { buckets } = await client.timeline({ id: "odd", buckets: 1 });
    const [bucket] = buckets;
    expect(names(bucket?.by_agent ?? {})).toEqual([...AGENTS].sort());
    expect(Object.values(bucket?.by_agent ?? {})).toEqual([...AGENTS].map(() => 4));
  });

  it("two runs are compared by all of them", async () => {
    const { turns } = await client.compare({ left: "odd", right: "other" });
    const last = turns.at(-1);
    expect(names(last?.agents ?? {})).toEqual(["", ...AGENTS].sort());
    expect(names(last?.variables ?? {})).toEqual([...VARIABLES].sort());
    expect(Object.values(last?.agents ?? {})).toEqual(
      expect.arrayContaining([{ differing: 1, distance: 1 }]),
    );
  });

  it.each([...AGENTS])("the agent %j is asked for", async (agent) => {
    const id = "odd";
    const own = await client.state({ id, agent_id: agent });
    expect(names(own.agents)).toEqual([agent]);
    const { total } = await client.events({ id, agent_ids: [agent] });
    expect(total).toBe(4);
    expect((await client.events({ id, involving: [agent], event_types: ["ACTION"] })).total).toBe(1);
    const { events } = await client.events({ id, agent_ids: ["nobody", agent], limit: 1 });
    expect(events).toMatchObject([{ agent_id: agent }]);
    for (const variable of [agent, "gold"]) {
      const text = variableText({ agent_id: agent, variable_name: variable }, AGENTS);
      const value = variable === agent ? 2 : 1;
      expect((await client.why({ id, variable: text })).value, text).toBe(value);
      expect((await client.why({ id, variable, agent_id: agent })).value).toBe(value);
      expect((await client.history({ id, variable: text })).writes.at(-1)?.new_value).toBe(value);
      expect((await client.find({ id, expression: `${text} == ${value}` })).total, text).toBe(1);
    }
  });

  it.each(VARIABLES)("the variable %j is asked for, of the world and of anyone", async (variable) => {
    const id = "odd";
    const text = variableText({ agent_id: undefined, variable_name: variable }, AGENTS);
    expect((await client.why({ id, variable: text })).value).toBe(2);
    expect((await client.history({ id, variable: text })).writes.map(({ new_value }) => new_value)).toEqual([
      1, 2,
    ]);
    if (AGENTS.has(variable))
      expect((await client.find({ id, expression: `${anyonesText(variable)} == 2` })).total).toBe(1);
  });
});
