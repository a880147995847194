import { describe, expect, it } from "vitest";
import { EVENT_TYPES, type EventType, type MemberForm, membersOf, mostCausesOf } from "../schema/index.ts";
import { openMemoryStream, sampleEvent } from "../testing/index.ts";
import { canBeSaid, SAY, type Said } from "./say.test.fixture.ts";

const SMALL = 16 * 1024;
const LONG = "x".repeat(2 * SMALL);

function said(kind: EventType): Said {
  const { caused_by, ...event } = sampleEvent(kind);
  return event;
}

async function recorded(kind: EventType, event: Said, maxEventSize = 1024 * SMALL) {
  const { stream, events } = await openMemoryStream({ verbosity: "DETAIL", maxEventSize });
  SAY[kind](stream, event);
  return events().at(-1);
}

const membersToSay = (forms: readonly MemberForm[]) =>
  EVENT_TYPES.flatMap((kind) =>
    membersOf(kind)
      .filter((member) => canBeSaid(member) && forms.includes(member.form))
      .map((member) => [kind, member.name, member.form] as const),
  );

describe("a line as the encoder writes it", () => {
  it.each(EVENT_TYPES)("has of %s every member that there is, in the order of the table", async (kind) => {
    const { stream, sink } = await openMemoryStream({ verbosity: "DETAIL", maxCauses: 64 });
    const most = Math.min(64, mostCausesOf(kind));
    const caused_by = Array.from({ length: most + 1 }, () => stream.system("warning"));
    // Something that JSON cannot carry makes it lossy.
    SAY[kind](stream, { ...said(kind), caused_by, details: { amount: Number.NaN } });
    expect(Object.keys(JSON.parse(sink.lines.at(-1) ?? ""))).toEqual(membersOf(kind).map(({ name }) => name));
  });

  it.each(membersToSay(["agent", "agents", "text", "word", "count", "object", "value"]))(
    "says of %s the %s that the caller gave",
    async (kind, name) => {
      expect(await recorded(kind, said(kind))).toMatchObject({ event_type: kind, [name]: said(kind)[name] });
    },
  );
});

describe("what a caller can get wrong", () => {
  const WRONG: Partial<Record<MemberForm, unknown>> = {
    agent: "a,b",
    agents: ["alice"],
    text: 7,
    word: "no such word",
    count: -1,
    object: 7,
  };

  it.each(membersToSay(["agent", "agents", "text", "word", "count", "object"]))(
    "is seen: of %s a wrong %s",
    async (kind, name, form) => {
      const event = await recorded(kind, { ...said(kind), [name]: WRONG[form] });
      expect(event).toMatchObject({
        error_type: "invalid_event",
        details: { event_type: kind, reason: expect.stringContaining(name) },
      });
    },
  );
});

describe("what makes an event too long", () => {
  const TOO_LONG: Partial<Record<MemberForm, unknown>> = {
    text: LONG,
    object: { LONG },
    value: LONG,
    agents: Array.from({ length: SMALL / 50 }, (_, agent) => `${"x".repeat(100)}${agent}`),
  };

  it.each(membersToSay(["text", "object", "value", "agents"]))(
    "is altered and named: of %s a long %s",
    async (kind, name, form) => {
      const event = await recorded(kind, { ...said(kind), [name]: TOO_LONG[form] }, SMALL);
      expect(event).toMatchObject({ event_type: kind, lossy: expect.arrayContaining([`/${name}`]) });
    },
  );
});
