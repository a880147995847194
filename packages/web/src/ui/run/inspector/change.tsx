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
          {path && <bdi className="change-path">{path}</bdi>}
          <span className="change-values" dir="ltr">
            <bdi className="old">{old}</bdi>
            <span className="arrow"> → </span>
            <bdi className="new">{now}</bdi>
          </span>
          {difference && (
            <span className={`difference ${direction}`}>
              <span className="sr-only">, by </span>
              {difference}
              {share && <small> {share}</small>}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
