import type { JsonValue } from "@llm-sim/events/schema";
import { formatNumber, formatValue } from "../../../logic/format/index.ts";

/** Members shown of one object or list. */
const MAX_MEMBERS = 200;
/** Deeper than this starts folded. */
const OPEN_DEPTH = 2;

/** A JSON value as nested rows, without braces and quotes. */
export function JsonTree({ value, depth = 0 }: { value: JsonValue; depth?: number }) {
  if (typeof value !== "object" || value === null) return <Leaf value={value} />;
  const entries = Object.entries(value);
  if (entries.length === 0)
    return <span className="json-empty">{Array.isArray(value) ? "empty list" : "empty"}</span>;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null))
    return (
      <span className="json-list">
        {value
          .slice(0, MAX_MEMBERS)
          .map((item) => formatValue(item))
          .join(", ")}
      </span>
    );
  return (
    <dl className="json">
      {entries.slice(0, MAX_MEMBERS).map(([name, member]) => (
        <div key={name} className={isNested(member) ? "nested" : undefined}>
          <dt>{name}</dt>
          <dd>
            {isNested(member) && depth >= OPEN_DEPTH ? (
              <details>
                <summary>{Object.keys(member ?? {}).length} entries</summary>
                <JsonTree value={member} depth={depth + 1} />
              </details>
            ) : (
              <JsonTree value={member} depth={depth + 1} />
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
  return !Array.isArray(value) || value.some((item) => typeof item === "object" && item !== null);
}

function Leaf({ value }: { value: string | number | boolean | null }) {
  if (typeof value === "number") return <span className="json-number">{formatNumber(value)}</span>;
  if (value === null) return <span className="json-empty">none</span>;
  return <span className={typeof value === "string" ? "json-text" : "json-number"}>{String(value)}</span>;
}
