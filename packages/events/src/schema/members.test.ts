import { describe, expect, it } from "vitest";
import { sampleEvent } from "../testing/index.ts";
import { least } from "./events.test.fixture.ts";
import {
  allMembers,
  EVENT_TYPES,
  type EventType,
  eventSchema,
  MEMBER_ROLES,
  type Member,
  membersOf,
} from "./index.ts";

const accepts = (event: unknown) => eventSchema.safeParse(event).success;
const members = EVENT_TYPES.flatMap((kind) =>
  membersOf(kind).map((member) => [kind, member.name, member] as const),
);
/** Of the union that events are parsed by. */
const keysOfSchema = (kind: EventType): string[] => {
  const shapes: { event_type: { value: string } }[] = [];
  for (const schema of eventSchema.options)
    if ("shape" in schema) shapes.push(schema.shape);
    else shapes.push(...schema.options.map(({ shape }) => shape));
  const ofKind = shapes.filter((shape) => shape.event_type.value === kind);
  return [...new Set(ofKind.flatMap((shape) => Object.keys(shape)))];
};

describe("the table of members", () => {
  it.each(EVENT_TYPES)("holds of %s all that its schema has, in the schema's order", (kind) => {
    // A milestone's and a system event's schema names an agent to forbid it.
    const named = keysOfSchema(kind).filter(
      (name) => accepts({ ...sampleEvent(kind), [name]: "alice" }) || name !== "agent_id",
    );
    expect(membersOf(kind).map(({ name }) => name)).toEqual(named);
  });

  it.each(members)("says of %s whether it needs %s", (kind, _, { name, isRequired }) => {
    const without = Object.fromEntries(Object.entries(sampleEvent(kind)).filter(([key]) => key !== name));
    // Of a scope, the agent is there or not.
    if (kind === "STATE" && name === "agent_id") expect(isRequired).toBe(false);
    else expect(accepts(without)).toBe(!isRequired);
  });

  it.each(members)("says of %s whether null is a value of %s", (kind, name, { isNullAValue }) => {
    expect(accepts({ ...sampleEvent(kind), [name]: null })).toBe(isNullAValue);
  });

  it.each(members)("knows of %s what %s may be", (kind, name, member) => {
    const { words, form, longest } = member;
    const event = sampleEvent(kind);
    if (form === "word" && name !== "event_type" && name !== "scope")
      for (const word of words) expect(accepts({ ...event, [name]: word })).toBe(true);
    if (form === "word") expect(accepts({ ...event, [name]: "no such word" })).toBe(false);
    if (form === "count")
      expect([member.least, member.least - 1].map((count) => accepts({ ...event, [name]: count }))).toEqual([
        true,
        false,
      ]);
    if (longest !== undefined)
      expect(
        [longest, longest + 1].map((length) => accepts({ ...event, [name]: "x".repeat(length) })),
      ).toEqual([true, false]);
  });

  it("has one form for a member that several kinds have", () => {
    const forms = new Map(allMembers().map(({ name, form }) => [name, form]));
    for (const [, name, { form }] of members) expect([name, form]).toEqual([name, forms.get(name)]);
    expect(allMembers()).toHaveLength(forms.size);
  });

  it.each(EVENT_TYPES)("calls a %s event by the first of its own, which it needs", (kind) => {
    const own = membersOf(kind).filter((member) => member.isOwn);
    const roles = MEMBER_ROLES[kind];
    const find = (name: string | undefined): Member | undefined => own.find((member) => member.name === name);
    expect(own[0]).toMatchObject({ name: roles.name, isRequired: true });
    if (roles.payload !== undefined) expect(find(roles.payload)?.form).toBe("object");
    if (roles.label !== undefined) expect(find(roles.label)?.isRequired).toBe(false);
    // What is an object is the payload, so that it is left out where an event is too long.
    expect(own.filter(({ form }) => form === "object").map(({ name }) => name)).toEqual(
      [roles.payload ?? []].flat(),
    );
  });

  it.each(EVENT_TYPES)("makes an example of %s that is an event", (kind) => {
    expect(accepts(sampleEvent(kind))).toBe(true);
    expect(Object.keys(sampleEvent(kind))).toEqual(membersOf(kind).map(({ name }) => name));
    expect(Object.keys(least[kind])).toEqual(
      expect.arrayContaining(
        membersOf(kind)
          .filter((member) => member.isRequired)
          .map(({ name }) => name),
      ),
    );
  });

  it("is in the order in which the schema gives an event back", () => {
    for (const kind of EVENT_TYPES) {
      const backwards = Object.fromEntries(Object.entries({ ...sampleEvent(kind), later: 1 }).toReversed());
      expect(Object.keys(eventSchema.parse(backwards))).toEqual([...Object.keys(sampleEvent(kind)), "later"]);
    }
  });
});
