import { isAbsolute, relative, sep } from "node:path";

/** A `type` that names its module by an absolute path, as one relative to the config: `./agents.ts#Greedy`. */
export function relativeType(type: string, directory: string): string {
  const [file = "", name] = type.split("#");
  if (!isAbsolute(file)) return type;
  const path = relative(directory, file).replaceAll(sep, "/");
  return `${path.startsWith("../") ? "" : "./"}${path}${name === undefined ? "" : `#${name}`}`;
}
