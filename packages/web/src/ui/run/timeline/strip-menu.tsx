import { useQuery } from "@tanstack/react-query";
import { Empty, Failure, Loading, Popover } from "../../parts/index.ts";
import { stateQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";

/** Which variable is shown as a strip under each agent's lane. */
export function StripMenu() {
  const chosen = useView((one) => one.laneVariable);
  return (
    <Popover
      label="Strip"
      align="end"
      className={chosen === "" ? "" : "chosen"}
      title="Show a variable as a strip under each agent's lane"
    >
      {(close) => <StripChoices close={close} />}
    </Popover>
  );
}

function StripChoices({ close }: { close: () => void }) {
  const { id, summary, view } = useRun();
  const chosen = useView((one) => one.laneVariable);
  const names = useQuery(stateQueries.agentVariables(id, summary.event_count));
  if (names.isPending) return <Loading />;
  if (names.error) return <Failure error={names.error} />;
  if (names.data.length === 0)
    return <Empty title="No agent has a variable">There is nothing to show.</Empty>;
  const choose = (laneVariable: string) => {
    view.set({ laneVariable, axis: "turn" });
    close();
  };
  return (
    <div className="menu menu-actions strip-choices">
      {["", ...names.data].map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {name === "" ? "none" : <bdi>{name}</bdi>}
        </button>
      ))}
    </div>
  );
}
