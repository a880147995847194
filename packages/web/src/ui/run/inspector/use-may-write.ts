import { createClient, health } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { jsonOver } from "../../../logic/api/index.ts";
import { server } from "../../session/index.ts";

const healthApi = createClient(jsonOver(server), { health });

/** Whether the server does what it is told, makes forks, and not only answers. */
export function useMayWrite(): boolean {
  const { data } = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => healthApi.health({}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.allow_write === true;
}
