import type { FastifyReply } from "fastify";
import type { Budget, Reservation } from "./budget.ts";

/**
 * Reserves `units` until the answer has gone out or its client has gone.
 *
 * @returns `undefined` where the client went while it waited: there is nothing to do any more
 */
export async function holdForReply(
  { raw }: FastifyReply,
  budget: Budget,
  units: number,
): Promise<Reservation | undefined> {
  const reservation = await budget.reserve(units);
  if (raw.destroyed) {
    reservation.release();
    return undefined;
  }
  raw.once("close", () => reservation.release());
  return reservation;
}
