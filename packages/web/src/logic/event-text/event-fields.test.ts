import { EVENT_TYPES, eventSchema, membersOf } from "@llm-sim/events/schema";
import { sampleEvent } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { eventFields } from "./index.ts";

const event = (fields: object) => eventSchema.parse(fields);

describe("the fields of an event", () => {
  it("of an interaction: whose it is, what it is, who takes part, with what", () => {
    expect(eventFields(event(sampleEvent("ACTION")))).toEqual([
      { title: "Agent", form: "agent", agent: "alice" },
      { title: "Action", form: "text", text: "a action_type" },
      { title: "Payload", form: "json", value: sampleEvent("ACTION").action_payload },
      { title: "Interaction", form: "text", text: "a interaction_type" },
      { title: "Taking part", form: "agents", agents: ["alice", "carol"] },
    ]);
  });

  it("of a change: whose variable it is, be it the world's", () => {
    const { agent_id, ...ofWorld } = sampleEvent("STATE");
    expect(eventFields(event({ ...ofWorld, scope: "global" }))[0]).toEqual({
      title: "Of",
      form: "text",
      text: "the world",
    });
    expect(eventFields(event(sampleEvent("STATE")))[0]).toEqual({
      title: "Of",
      form: "agent",
      agent: "alice",
    });
  });

  it.each(EVENT_TYPES)(
    "of %s leave out no member of its own, save what is shown in a way of its own",
    (kind) => {
      const apart = ["old_value", "new_value", "scope", "status", "error_type"];
      const own = membersOf(kind).filter(({ name, isOwn }) => isOwn && !apart.includes(name));
      const withoutOwner = eventFields(event(sampleEvent(kind))).filter(
        ({ title }) => !["Agent", "Of", "For"].includes(title),
      );
      expect(withoutOwner).toHaveLength(own.length);
      expect(new Set(withoutOwner.map(({ title }) => title)).size).toBe(own.length);
    },
  );
});
