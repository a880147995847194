import { createApiClient } from "../logic/api/index.ts";
import { createSearches } from "../logic/search/index.ts";
import { server } from "./session/index.ts";

/** All that pages about runs ask; not loaded with the list of runs, which needs little of it. */
export const searches = createSearches();
export const api = searches.bounded(createApiClient(server));
