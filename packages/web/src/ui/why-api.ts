import { createClient, why } from "@llm-sim/api";
import { jsonOver } from "../logic/api/index.ts";
import { server } from "./session/index.ts";

/** Asks why something is as it is; loaded once that is asked. */
export const whyApi = createClient(jsonOver(server), { why });
