import { expect, it } from "vitest";
import { play } from "../testing/play.ts";

const config = `${import.meta.dirname}/simulation.yaml`;

it("scores are those that can be worked out by hand", async () => {
  await play(config, { verbosity: "STATE" }, ({ state }) => {
    const points = (player: string, opponent: string) => Number(state.agents[player]?.[`points.${opponent}`]);
    const pair = (one: string, other: string) => [points(one, other), points(other, one)];
    // Tit for tat is a sucker once (0), then both are punished 199 times (1 each); the defector was tempted once (5).
    expect(pair("tit-for-tat", "always-defect")).toEqual([199, 204]);
    expect(pair("grim-trigger", "always-defect")).toEqual([199, 204]);
    expect(pair("always-cooperate", "always-defect")).toEqual([0, 200 * 5]);
    for (const [one, other] of [
      ["tit-for-tat", "always-cooperate"],
      ["tit-for-tat", "grim-trigger"],
      ["grim-trigger", "always-cooperate"],
    ] as const) {
      expect(pair(one, other)).toEqual([200 * 3, 200 * 3]);
    }
    // Against a defector, random earns 1 for each defection, 0 otherwise; the defector 1 and 5.
    const [random = 0, defector = 0] = pair("random", "always-defect");
    expect(random).toBeGreaterThan(0);
    expect(defector).toBe(200 * 5 - 4 * random);
    // Against always-cooperate it earns 5 for each defection and 3 otherwise, the other 0 and 3.
    const [tempted = 0, cooperator = 0] = pair("random", "always-cooperate");
    expect(tempted).toBe(200 * 5 - (2 * cooperator) / 3);
    for (const [player, { score, ...rest }] of Object.entries(state.agents)) {
      const sum = Object.entries(rest).reduce(
        (total, [name, value]) => total + (name.startsWith("points.") ? Number(value) : 0),
        0,
      );
      expect(score, player).toBe(sum);
    }
  });
});

it("a round is one event of both players, caused by both their decisions", async () => {
  await play(config, { overrides: [{ path: "simulation.turns", value: 3 }] }, ({ events }) => {
    const rounds = events.filter((event) => event.event_type === "ACTION");
    expect(rounds).toHaveLength(3 * 10);
    const byId = new Map(events.map((event) => [event.event_id, event]));
    for (const round of rounds) {
      const deciders = (round.caused_by ?? []).flatMap((id) => {
        const cause = byId.get(id);
        return cause?.event_type === "DECISION" ? [cause.agent_id] : [];
      });
      expect(deciders.toSorted()).toEqual([...(round.participating_agent_ids ?? [])].toSorted());
    }
  });
});

it("grim trigger's defection leads to the betrayal it remembers, however long ago", async () => {
  await play(config, { overrides: [{ path: "simulation.turns", value: 30 }] }, ({ events }) => {
    const byId = new Map(events.map((event) => [event.event_id, event]));
    const decisions = events.filter(
      (event) => event.event_type === "DECISION" && event.agent_id === "grim-trigger",
    );
    const betrayed = decisions.find(({ details }) =>
      JSON.stringify(details?.memory)?.includes("always-defect"),
    );
    expect(betrayed?.turn_number).toBe(2);
    const last = decisions.at(-1);
    expect(last?.turn_number).toBe(30);
    expect(last?.caused_by).toContain(betrayed?.event_id);
    const moves = (betrayed?.caused_by ?? []).map((id) => byId.get(id));
    expect(moves).toContainEqual(
      expect.objectContaining({ turn_number: 1, variable_name: "last.grim-trigger", new_value: "defect" }),
    );
  });
});
