import { type EventType, type JsonObject, type JsonValue, type Member, membersOf } from "../schema/index.ts";

/** An event of a kind with every member that it may have, in their order on the line: for tests that none is forgotten. */
export function sampleEvent(kind: EventType): JsonObject {
  return Object.fromEntries(membersOf(kind).map((member) => [member.name, sampleValue(member, kind)]));
}

function sampleValue({ name, form, least, words }: Member, kind: EventType): JsonValue {
  switch (form) {
    case "event":
      return "01KATN0000ABCDEFGHJKMN0009";
    case "events":
      return ["01KATN0000ABCDEFGHJKMN0008", "01KATN0000ABCDEFGHJKMN0007"];
    case "timestamp":
      return "2026-11-23T07:15:00.000123Z";
    case "run":
      return "sample";
    case "agent":
      return name === "agent_id" ? "alice" : "bob";
    case "agents":
      return ["alice", "carol"];
    case "text":
      return `a ${name}`;
    case "texts":
      return [`/${name}`];
    case "word":
      return name === "event_type" ? kind : (words.at(-1) ?? "");
    case "count":
      return least + 2;
    case "object":
      return { [name]: [1, { deep: null }] };
    case "value":
      return { [name]: "value" };
  }
}
