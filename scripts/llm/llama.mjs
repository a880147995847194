// llama.cpp with a binding for Node, ready-made: installed by `npm run test:llm` alone, kept in node_modules/.cache.
import { fetched, isFetched } from "../fetched.mjs";

const NAME = "node-llama-cpp";
const VERSION = "3.22.1";
/** What it was tried on. Its binary is for processors alone, 83 MB; those for GPUs are optional dependencies, and left out. */
const PLATFORM = "linux-x64";

/** @returns why no real model can be had here, and what to do, in a line; nothing where it can */
export function whyNot(here = `${process.platform}-${process.arch}`) {
  if (here === PLATFORM) return undefined;
  return `a real model runs on ${PLATFORM} alone, and this is ${here}: use such a machine, or a container of one`;
}

export const isInstalled = () => isFetched(NAME, VERSION);

/** @returns the folder of node-llama-cpp; throws where npm cannot fetch it */
export const installed = () =>
  fetched(NAME, VERSION, { beside: [`@node-llama-cpp/${PLATFORM}`], args: ["--omit=optional"] });
