import { createApiClient } from "../logic/api/index.ts";
import { server } from "./session/index.ts";

/** All that pages about runs ask; not loaded with the list of runs, which needs little of it. */
export const api = createApiClient(server);
