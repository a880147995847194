import { type ExportFormat, exportEvents, exportName } from "../../logic/export-events.ts";
import { isEmpty } from "../../logic/view/index.ts";
import { api } from "../run-api.ts";
import { saveFile } from "../save-file.ts";
import type { RunSession } from "./session.ts";

/** Saves the filtered events as a file; `say` hears how far it has come. */
export async function saveEvents(
  { id, criteria, view }: RunSession,
  format: ExportFormat,
  say: (written: number, all: number) => void,
): Promise<void> {
  const pieces: string[] = [];
  for await (const piece of exportEvents(api, id, criteria, format, say)) pieces.push(piece);
  saveFile(
    new Blob(pieces, { type: format === "csv" ? "text/csv" : "application/x-ndjson" }),
    exportName(id, !isEmpty(view.get().filter), format),
  );
}

/** Saves the timeline as it stands. */
export async function saveTimeline({ id, view, places }: RunSession): Promise<void> {
  const image = await places.timelinePicture.current?.();
  if (image) saveFile(image, exportName(id, !isEmpty(view.get().filter), "png"));
}
