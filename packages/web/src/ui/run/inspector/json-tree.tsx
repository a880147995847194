import type { JsonValue } from "@llm-sim/events/schema";
import { Fragment } from "react";
import { chatOf } from "../../../logic/conversation/index.ts";
import { formatCount, formatNumber, formatValue } from "../../../logic/format/index.ts";
import { isReadAtAGlance } from "../../../logic/text/index.ts";
import { LongText } from "../../parts/index.ts";
import { useWanted } from "../session.ts";
import { Chat } from "./chat.tsx";

/** Members shown of one object or list. */
const MAX_MEMBERS = 200;
/** Deeper than this starts folded. */
const OPEN_DEPTH = 2;

/** A tool's name and arguments lie three deep in a message, and are what it says. */
const OF_MESSAGE = -1;

/** Longer than this, a text of a list stands on a line of its own. */
const LIST_WORD = 60;

/** A JSON value as nested rows, without braces and quotes; its texts to be read. */
export function JsonTree({
  value,
  name = "the text",
  depth = 0,
}: {
  value: JsonValue;
  /** Under which it stands. */
  name?: string;
  depth?: number;
}) {
  if (typeof value !== "object" || value === null) return <Leaf value={value} name={name} />;
  const entries = Object.entries(value);
  if (entries.length === 0)
    return <span className="json-empty">{Array.isArray(value) ? "empty list" : "empty"}</span>;
  if (Array.isArray(value) && value.every(isListed))
    return (
      <span className="json-list" dir="ltr">
        {value.slice(0, MAX_MEMBERS).map((item, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item of a list is known by its place
          <Fragment key={place}>
            {place > 0 && ", "}
            <bdi>{formatValue(item)}</bdi>
          </Fragment>
        ))}
        {value.length > MAX_MEMBERS &&
          `, and ${formatCount(value.length - MAX_MEMBERS)} more, in the JSON below`}
      </span>
    );
  const said = chatOf(value);
  if (said) return <Chat said={said} tree={(rest) => <JsonTree value={rest} depth={OF_MESSAGE} />} />;
  return (
    <dl className="json">
      {entries.slice(0, MAX_MEMBERS).map(([key, member]) => (
        <div key={key} className={isNested(member) || isLong(member) ? "nested" : undefined}>
          <dt>{key}</dt>
          <dd>
            {isNested(member) && depth >= OPEN_DEPTH ? (
              <details>
                <summary>{Object.keys(member ?? {}).length} entries</summary>
                <JsonTree value={member} name={key} depth={depth + 1} />
              </details>
            ) : (
              <JsonTree value={member} name={key} depth={depth + 1} />
            )}
          </dd>
        </div>
      ))}
      {entries.length > MAX_MEMBERS && (
        <p className="note">and {entries.length - MAX_MEMBERS} more, in the JSON below</p>
      )}
    </dl>
  );
}

function isNested(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return false;
  return !Array.isArray(value) || !value.every(isListed);
}

/** Whether it can stand in a line with others. */
function isListed(value: JsonValue): boolean {
  if (typeof value === "string") return value.length <= LIST_WORD && !value.includes("\n");
  return typeof value !== "object" || value === null;
}

function isLong(value: JsonValue): boolean {
  return typeof value === "string" && !isReadAtAGlance(value);
}

function Leaf({ value, name }: { value: string | number | boolean | null; name: string }) {
  if (typeof value === "number") return <span className="json-number">{formatNumber(value)}</span>;
  if (value === null) return <span className="json-empty">none</span>;
  if (typeof value === "boolean") return <span className="json-number">{String(value)}</span>;
  return <PayloadText text={value} name={name} />;
}

function PayloadText({ text, name }: { text: string; name: string }) {
  return <LongText text={text} label={name} sought={useWanted("payload")} />;
}
