import { useState } from "react";
import type { ExportFormat } from "../../logic/export-events.ts";
import { formatCount } from "../../logic/format/index.ts";
import { isEmpty } from "../../logic/view/index.ts";
import { Icon, Popover } from "../parts/index.ts";
import { api } from "../run-api.ts";
import { loadPart } from "../session/index.ts";
import { saveFile } from "./save-file.ts";
import { usePager, useRun, useView } from "./session.ts";
import { timelinePicture } from "./timeline/index.ts";

/** What only an export needs: its columns and its forms. */
const exporting = () => loadPart(() => import("../../logic/export-events.ts"));

/** The filtered events as a file, the timeline as a picture, the view as a link. */
export function ExportMenu() {
  return (
    <Popover
      label={
        <>
          <Icon name="download" /> Export
        </>
      }
      align="end"
    >
      {(close) => <ExportChoices close={close} />}
    </Popover>
  );
}

function ExportChoices({ close }: { close: () => void }) {
  const { id, criteria } = useRun();
  const { total } = usePager();
  const filtered = useView((view) => !isEmpty(view.filter));
  const [progress, setProgress] = useState<string>();

  async function save(format: ExportFormat): Promise<void> {
    try {
      const { exportEvents, exportName } = await exporting();
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
    const { exportName } = await exporting();
    const image = await timelinePicture();
    if (image) saveFile(image, exportName(id, filtered, "png"));
    close();
  }
  const which = `${total === undefined ? "" : formatCount(total)} ${filtered ? "filtered events" : "events"}`;
  return (
    <div className="menu menu-actions">
      <button type="button" onClick={() => void save("jsonl")}>
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
