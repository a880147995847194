import type { FastifyReply } from "fastify";
import { clientOf } from "../safety/index.ts";
import type { Reservation } from "./budget.ts";
import type { FairBudget } from "./fair-budget.ts";

/**
 * Reserves `units` until the answer has gone out or its client has gone.
 *
 * @returns `undefined` where the client went while it waited: there is nothing to do any more
 */
export async function holdForReply(
  { raw, request }: FastifyReply,
  budget: FairBudget,
  units: number,
): Promise<Reservation | undefined> {
  const reservation = await budget.reserve(clientOf(request), units);
  if (raw.destroyed) {
    reservation.release();
    return undefined;
  }
  raw.once("close", () => reservation.release());
  return reservation;
}
