import { basename, dirname } from "node:path";
import { jsonDifferences } from "@llm-sim/events/canonical";
import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import { readTape } from "@llm-sim/events/tape";
import {
  actorText,
  type Coordinate,
  coordinateText,
  type Message,
  type RecordedAttempt,
} from "@llm-sim/events/tape/schema";
import { countText, shorten, valueText } from "@llm-sim/events/words";
import type { AskedRequest } from "./asked-request.ts";
import type { TapedEntries } from "./taped-entries.ts";

const LONGEST_VALUE = 100;

/** Why nothing on the tape fits, in one line. Reads the tape again, for what was asked there. */
export async function missText(
  file: string,
  { byCoordinate, unreadable }: TapedEntries,
  coordinate: Coordinate,
  request: AskedRequest,
): Promise<string> {
  const call = coordinateText(coordinate);
  const there = byCoordinate.get(call);
  if (there) {
    const asked = await requestAt(file, there.coordinate, there.hash);
    return `the tape has another ${call}: ${asked ? differenceText(asked, requestOf(request)) : "it asks something else"}`;
  }
  const damage = unreadable === 0 ? "" : `; ${countText(unreadable, "line")} of it cannot be read`;
  return `the tape has no ${call}: ${nearestText(
    [...byCoordinate.values()].map((one) => one.coordinate),
    coordinate,
  )}${damage}`;
}

function nearestText(all: readonly Coordinate[], { actor, turn, purpose, ...rest }: Coordinate): string {
  const who = actorText(actor);
  const own = all.filter((one) => actorText(one.actor) === who);
  if (own.length === 0) return `nothing of ${who} is on it`;
  const question = own.filter((one) => one.turn === turn && one.purpose === purpose);
  const same = question.filter((one) => one.key === rest.key && one.ordinal === rest.ordinal);
  if (same.length > 0) return `it has ${countText(same.length, "attempt")} at that question`;
  if (question.length > 0) return `it has ${namesText(question)}`;
  const turns = own.filter((one) => one.turn === turn);
  if (turns.length > 0) return `in that turn it has ${namesText(turns)}`;
  const last = own.reduce((most, one) => Math.max(most, one.turn), 0);
  return `it has ${who} in turns up to ${last}`;
}

function namesText(coordinates: readonly Coordinate[]): string {
  const names = coordinates.map(coordinateText);
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

/** Where two requests part first, as a JSON Pointer, and what either says there. */
function differenceText(taped: JsonObject, now: JsonObject): string {
  const [difference] = jsonDifferences(taped, now, 1);
  if (!difference) return "it asks the same, and its hash differs";
  const { path, left, right, left_text = valueText(left), right_text = valueText(right) } = difference;
  return `${path} is ${lineOf(right_text)} now, ${lineOf(left_text)} on the tape`;
}

const lineOf = (text: string) => shorten(text.replaceAll(/\s+/g, " "), LONGEST_VALUE);

function requestOf({
  model,
  sampling,
  messages,
  schema,
}: Omit<AskedRequest, "hash" | "messages"> & { messages: readonly Message[] }): JsonObject {
  return {
    model,
    sampling: { ...sampling },
    messages: Object.fromEntries(
      messages.map(({ role, content, name }, place) => [
        place,
        { role, content, ...(name !== undefined && { name }) },
      ]),
    ),
    ...(schema && { schema }),
  };
}

async function requestAt(
  file: string,
  coordinate: Coordinate,
  hash: string,
): Promise<JsonObject | undefined> {
  const call = coordinateText(coordinate);
  let found: RecordedAttempt | undefined;
  const isIt = (item: RecordedAttempt) =>
    item.request_hash === hash && coordinateText(item.coordinate) === call;
  for await (const item of readTape(dirname(file), { file: basename(file) }))
    if (item.line === "attempt" && isIt(item)) found = item;
  if (!found) return undefined;
  const wanted = new Set(found.messages);
  const messages = new Map<string, Message>();
  let schema: JsonValue | undefined;
  for await (const item of readTape(dirname(file), { file: basename(file) })) {
    if (item.line === "message" && wanted.has(item.hash)) messages.set(item.hash, item);
    if (item.line === "schema" && item.hash === found.schema) schema = item.schema;
  }
  const said = found.messages.flatMap((one) => messages.get(one) ?? []);
  const { model, sampling } = found;
  return { ...requestOf({ model, sampling, messages: said }), ...(schema !== undefined && { schema }) };
}
