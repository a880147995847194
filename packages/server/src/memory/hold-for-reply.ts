import type { FastifyReply } from "fastify";
import { clientOf } from "../safety/index.ts";
import type { Reservation } from "./budget.ts";
import type { FairBudget } from "./fair-budget.ts";
import { whenOver } from "./when-over.ts";

/**
 * Reserves `units` until the answer has gone out or its client has gone.
 *
 * @returns `undefined` where the client went while it waited: there is nothing to do any more
 */
export async function holdForReply(
  reply: FastifyReply,
  budget: FairBudget,
  units: number,
): Promise<Reservation | undefined> {
  const reservation = await budget.reserve(clientOf(reply.request), units);
  let isOver = false;
  whenOver(reply, () => {
    isOver = true;
    reservation.release();
  });
  return isOver ? undefined : reservation;
}
