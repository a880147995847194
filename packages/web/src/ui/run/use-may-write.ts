import { useQuery } from "@tanstack/react-query";
import { serverQueries } from "../queries/index.ts";

/** Whether the server does what it is told, makes forks, and not only answers. */
export function useMayWrite(): boolean {
  const { data } = useQuery(serverQueries.health());
  return data?.allow_write === true;
}
