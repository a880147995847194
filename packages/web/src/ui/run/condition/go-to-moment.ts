import type { QueryClient } from "@tanstack/react-query";
import { neighbourMoment } from "../../../logic/condition/index.ts";
import { conditionQueries } from "../../queries/index.ts";
import type { RunSession } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";

/** Goes to the next moment at which the page's condition became true, or to the last before; stays where there is none. */
export async function goToMoment(session: RunSession, client: QueryClient, direction: 1 | -1): Promise<void> {
  const { condition } = session.view.get();
  if (condition === "") return;
  const asked = conditionQueries.moments(session.id, condition, session.summary.event_count);
  const answer = await client.fetchQuery(asked).catch(() => undefined); // the box says what is wrong
  const moment = answer && neighbourMoment(answer.moments, session.view.get().playhead, direction);
  if (moment) goToEvent(session, { event_id: moment.event_id, turn_number: moment.turn });
}
