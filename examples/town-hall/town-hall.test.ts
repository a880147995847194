import { expect, it } from "vitest";
import { play } from "../testing/play.ts";

it("votes from the tape, and what somebody was told is a cause of what it thinks", async () => {
  await play(`${import.meta.dirname}/simulation.yaml`, {}, ({ events, state, summary }) => {
    expect(summary).toMatchObject({ status: "completed", turns: 5 });
    expect([state.global.yes, state.global.no]).toEqual([6, 4]);
    const descriptions = new Map(events.map(({ event_id, description }) => [event_id, description]));
    const decision = events.find(
      (event) => event.event_type === "DECISION" && event.agent_id === "eva" && event.turn_number === 4,
    );
    const causes = (decision?.caused_by ?? []).map((id) => descriptions.get(id));
    expect(causes).toContainEqual(expect.stringMatching(/^eva\.heard\.3\.ben = It saves time/));

    const [talk] = events.filter(({ event_type }) => event_type === "ACTION");
    expect(talk).toMatchObject({
      action_type: "talk",
      interaction_type: "conversation",
      participating_agent_ids: ["ada", "ben"],
    });
  });
});
