import { lazy, Suspense } from "react";
import { Icon, Loading, Popover } from "../parts/index.ts";
import { loadPart } from "../session/index.ts";

// What only an export needs: its columns and its forms.
const ExportChoices = lazy(async () => ({
  default: (await loadPart(() => import("./export-choices.tsx"))).ExportChoices,
}));

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
      {(close) => (
        <Suspense fallback={<Loading />}>
          <ExportChoices close={close} />
        </Suspense>
      )}
    </Popover>
  );
}
