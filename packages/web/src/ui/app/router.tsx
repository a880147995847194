import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { RunsPage } from "../runs/index.ts";
import { loadPart } from "../session/index.ts";
import { Broken } from "./broken.tsx";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

/** Queries are flat text, as a person would write them: `?types=ACTION&turns=5..10`. */
export type FlatSearch = Record<string, string>;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function parseSearch(search: string): FlatSearch {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== "") parameters.set(name, textOf(value));
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
  component: lazyRouteComponent(() => loadPart(() => import("../run/index.ts")), "RunPage"),
  validateSearch: flat,
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$leftId/compare/$rightId",
  component: lazyRouteComponent(() => loadPart(() => import("../compare/index.ts")), "ComparePage"),
  validateSearch: flat,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([runsRoute, runRoute, compareRoute]),
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
