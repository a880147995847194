import type { JsonValue } from "@llm-sim/events/schema";
import { valueChanges } from "../../../logic/event-text/index.ts";

/** Old, new, and by how much. */
export function Change({ from, to }: { from: JsonValue | undefined; to: JsonValue | undefined }) {
  const changes = valueChanges(from, to);
  if (changes.length === 0) return <p className="note">The value is the same as before.</p>;
  return (
    <ul className="changes">
      {changes.map(({ path, from: old, to: now, difference, share, direction }) => (
        <li key={path}>
          {path && <span className="change-path">{path}</span>}
          <span className="change-values">
            <span className="old">{old}</span>
            <span className="arrow"> → </span>
            <span className="new">{now}</span>
          </span>
          {difference && (
            <span className={`difference ${direction}`}>
              {difference}
              {share && <small> {share}</small>}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
