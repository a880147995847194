import type { Event } from "@llm-sim/events/schema";
import { CopyButton } from "../../parts/index.ts";

export function RawJson({ event }: { event: Event }) {
  const text = JSON.stringify(event, null, 2);
  return (
    <details className="raw section">
      <summary>
        <h3>JSON</h3>
      </summary>
      <CopyButton text={text} label="Copy the event as JSON">
        Copy
      </CopyButton>
      <pre>{text}</pre>
    </details>
  );
}
