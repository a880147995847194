import { variableQuery } from "../../../logic/api/index.ts";
import { whyApi } from "../../why-api.ts";
import { useRun } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";

/** Goes to the event that gave a variable its value in a turn. */
export function useExplain(turn: number): (variable: string, agent: string | undefined) => Promise<void> {
  const session = useRun();
  return async (variable, agent) => {
    const { event } = await whyApi.why({ id: session.id, ...variableQuery(variable, agent), turn });
    goToEvent(session, event);
  };
}
