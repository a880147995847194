import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { agentFromPath, agentToPath } from "../../logic/view/index.ts";
import { runListQueries } from "../queries/index.ts";
import { RunsPage } from "../runs/index.ts";
import { loadPart, queryClient } from "../session/index.ts";
import { Broken } from "./broken.tsx";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

/** Queries are flat text, as a person would write them: `?types=ACTION&turns=5..10`. What is given several times has a line for each. */
export type FlatSearch = Record<string, string>;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function parseSearch(search: string): FlatSearch {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join("\n")]));
}

function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== "")
      for (const line of textOf(value).split("\n")) parameters.append(name, line);
  // Commas, colons and the @ of a playhead read better as they are, and may stand in a query (RFC 3986, §3.4).
  const text = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%40", "@");
  return text === "" ? "" : `?${text}`;
}

const flat = (search: Record<string, unknown>): FlatSearch =>
  Object.fromEntries(Object.entries(search).map(([name, value]) => [name, textOf(value)]));

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: RunsPage,
  validateSearch: flat,
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$runId",
  loader: ({ params: { runId } }) => void queryClient.prefetchQuery(runListQueries.opened(runId)),
  component: lazyRouteComponent(() => loadPart(() => import("../run/index.ts")), "RunPage"),
  validateSearch: flat,
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$leftId/compare/$rightId",
  component: lazyRouteComponent(() => loadPart(() => import("../compare/index.ts")), "ComparePage"),
  validateSearch: flat,
});

const agentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$runId/agents/$agentId",
  params: {
    parse: ({ runId, agentId }) => ({ runId, agentId: agentFromPath(agentId) }),
    stringify: ({ runId, agentId }) => ({ runId, agentId: agentToPath(agentId) }),
  },
  component: lazyRouteComponent(() => loadPart(() => import("../agent/index.ts")), "AgentPage"),
  validateSearch: flat,
});

const curvesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/curves",
  component: lazyRouteComponent(() => loadPart(() => import("../compare/index.ts")), "CurvesPage"),
  validateSearch: flat,
});

const batchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/batches/$batchId",
  component: lazyRouteComponent(() => loadPart(() => import("../batch/index.ts")), "BatchPage"),
  validateSearch: flat,
});

/** The list of runs has them by batch. */
const batchesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/batches",
  beforeLoad: () => {
    throw redirect({ to: "/", search: {}, replace: true });
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    runsRoute,
    runRoute,
    compareRoute,
    agentRoute,
    curvesRoute,
    batchesRoute,
    batchRoute,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
