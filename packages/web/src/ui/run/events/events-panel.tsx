import { formatCount } from "../../../logic/format/index.ts";
import { Panel } from "../panel.tsx";
import { usePager } from "../session.ts";
import { EventsTable } from "./events-table.tsx";

export function EventsPanel() {
  const { total } = usePager();
  return (
    <Panel
      name="events"
      title="Events"
      tools={<span className="count">{total === undefined ? "" : formatCount(total)}</span>}
    >
      <EventsTable />
    </Panel>
  );
}
