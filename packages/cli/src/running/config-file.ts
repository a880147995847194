import { isAbsolute, relative, resolve } from "node:path";

/** A config's path as messages should name it: as it was given. */
export function configFile(cwd: string, config: string): string {
  return isAbsolute(config) ? config : relative(process.cwd(), resolve(cwd, config));
}
