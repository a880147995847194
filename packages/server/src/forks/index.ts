export { ForkRefused, type ForkStart, Forks, type StartedFork, type StartFork } from "./forks.ts";
