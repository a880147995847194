import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where in the code of a simulation's author something happened. */
export type SourcePlace = {
  /** Relative to the config's directory or, without a config, to the working directory: a log names no path of the machine. */
  file: string;
  /** From 1. */
  line: number;
};

/** This package, and its sisters beside it in a checkout. */
const OWN_DIRECTORY = (() => {
  const own = resolve(import.meta.dirname, "../..");
  return (basename(dirname(own)) === "packages" ? dirname(own) : own) + sep;
})();
/** `at name (/path:1:2)`, `at /path:1:2`, `at async file:///path:1:2` */
const FRAME = /^\s+at (?:.*\()?((?:file:\/\/)?[^()]+):(\d+):\d+\)?$/;

/**
 * The innermost place of a stack that lies in the author's own code: neither here, nor in Node, nor in an installed package.
 * Modules are loaded without moving their lines, so that a TypeScript file's line is the one that its author sees.
 *
 * @param base absolute: what the file is to be named relative to
 */
export function sourcePlace(error: unknown, base: string): SourcePlace | undefined {
  if (!(error instanceof Error) || typeof error.stack !== "string") return undefined;
  for (const text of error.stack.split("\n")) {
    const [, location, line] = FRAME.exec(text) ?? [];
    const file = location === undefined ? undefined : pathOf(location);
    if (file === undefined || isForeign(file)) continue;
    const named = relative(base, file);
    const isOutside = named.startsWith("..") || isAbsolute(named);
    return {
      file: (isOutside ? basename(file) : named).replaceAll(sep, "/"),
      line: Number(line),
    };
  }
  return undefined;
}

/** ` (rules.ts:41)` behind a message, or nothing. */
export function placeText(place: SourcePlace | undefined): string {
  return place ? ` (${place.file}:${place.line})` : "";
}

function pathOf(location: string): string | undefined {
  if (!location.startsWith("file:")) return isAbsolute(location) ? location : undefined;
  try {
    return fileURLToPath(location);
  } catch {
    return undefined;
  }
}

function isForeign(file: string): boolean {
  return file.startsWith(OWN_DIRECTORY) || file.includes(`${sep}node_modules${sep}`);
}
