import * as z from "zod";
import { actionEventSchema } from "./action.ts";
import { decisionEventSchema } from "./decision.ts";
import { detailEventSchema } from "./detail.ts";
import { milestoneEventSchema } from "./milestone.ts";
import { stateEventSchema } from "./state.ts";
import { systemEventSchema } from "./system.ts";

/** One line of the log. Fields it does not know are kept. */
export const eventSchema = z.discriminatedUnion("event_type", [
  milestoneEventSchema,
  decisionEventSchema,
  actionEventSchema,
  stateEventSchema,
  detailEventSchema,
  systemEventSchema,
]);
export type Event = z.infer<typeof eventSchema>;
