import { useState } from "react";
import type { ExportFormat } from "../../logic/export-events.ts";
import { formatCount } from "../../logic/format/index.ts";
import { isEmpty } from "../../logic/view/index.ts";
import { useFirstFocus } from "../parts/index.ts";
import { saveEvents, saveTimeline } from "./export-run.ts";
import { printRun } from "./print/index.ts";
import { usePager, useRun, useView } from "./session.ts";

/** What can be taken away from a run, and how far a file has come. */
export function ExportChoices({ close }: { close: () => void }) {
  const session = useRun();
  const { total } = usePager();
  const filtered = useView((view) => !isEmpty(view.filter));
  const [progress, setProgress] = useState<string>();
  const first = useFirstFocus<HTMLButtonElement>();

  async function save(format: ExportFormat): Promise<void> {
    try {
      await saveEvents(session, format, (written, all) =>
        setProgress(`${formatCount(written)} of ${formatCount(all)} events`),
      );
      close();
    } catch (error) {
      setProgress(error instanceof Error ? error.message : String(error));
    }
  }
  async function picture(): Promise<void> {
    await saveTimeline(session);
    close();
  }
  async function printed(): Promise<void> {
    close();
    await printRun(session);
  }
  const which = `${total === undefined ? "" : formatCount(total)} ${filtered ? "filtered events" : "events"}`;
  return (
    <div className="menu menu-actions">
      <button ref={first} type="button" onClick={() => void save("jsonl")}>
        {which} as JSON Lines
      </button>
      <button type="button" onClick={() => void save("csv")}>
        {which} as CSV
      </button>
      <button type="button" onClick={() => void picture()}>
        Timeline as PNG
      </button>
      <button type="button" onClick={() => void navigator.clipboard.writeText(location.href).then(close)}>
        Copy link to this view
      </button>
      <button type="button" onClick={() => void printed()}>
        Print
      </button>
      {progress && (
        <p className="menu-note" role="status">
          {progress}
        </p>
      )}
    </div>
  );
}
