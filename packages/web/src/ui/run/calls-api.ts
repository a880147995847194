import { call, calls, createClient } from "@llm-sim/api";
import { jsonOver } from "../../logic/api/index.ts";
import { server } from "../session/index.ts";

/** What is asked about model calls; loaded only with the parts that show them. */
export const callsApi = createClient(jsonOver(server), { calls, call });
