import { useState } from "react";
import { type ExportFormat, exportEvents, exportName } from "../../logic/export-events.ts";
import { formatCount } from "../../logic/format/index.ts";
import { isEmpty } from "../../logic/view/index.ts";
import { useFirstFocus } from "../parts/index.ts";
import { api } from "../run-api.ts";
import { saveFile } from "../save-file.ts";
import { usePager, useRun, useView } from "./session.ts";

/** What can be taken away from a run, and how far a file has come. */
export function ExportChoices({ close }: { close: () => void }) {
  const { id, criteria, places } = useRun();
  const { total } = usePager();
  const filtered = useView((view) => !isEmpty(view.filter));
  const [progress, setProgress] = useState<string>();
  const first = useFirstFocus<HTMLButtonElement>();

  async function save(format: ExportFormat): Promise<void> {
    try {
      const pieces: string[] = [];
      const say = (written: number, all: number) =>
        setProgress(`${formatCount(written)} of ${formatCount(all)} events`);
      for await (const piece of exportEvents(api, id, criteria, format, say)) pieces.push(piece);
      saveFile(
        new Blob(pieces, { type: format === "csv" ? "text/csv" : "application/x-ndjson" }),
        exportName(id, filtered, format),
      );
      close();
    } catch (error) {
      setProgress(error instanceof Error ? error.message : String(error));
    }
  }
  async function picture(): Promise<void> {
    const image = await places.timelinePicture.current?.();
    if (image) saveFile(image, exportName(id, filtered, "png"));
    close();
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
      {progress && (
        <p className="menu-note" role="status">
          {progress}
        </p>
      )}
    </div>
  );
}
