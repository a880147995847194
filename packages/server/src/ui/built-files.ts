import { realpathSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** A year in seconds: the build names these files by their content. */
const FOREVER = "public, max-age=31536000, immutable";

/** Serves the files of the built UI, and nothing that a symbolic link beside them points to. */
export async function addBuiltFiles(app: FastifyInstance, webRoot: string): Promise<void> {
  const root = realpathSync(resolve(webRoot));
  await app.register(fastifyStatic, {
    root,
    dotfiles: "ignore",
    index: ["index.html"],
    cacheControl: false,
    preCompressed: true,
    allowedPath: (path) => isInside(root, path),
    setHeaders: (response, path) => {
      const hashed = path.startsWith(join(root, "assets") + sep);
      response.setHeader("cache-control", hashed ? FOREVER : "no-cache");
    },
  });
}

/** Whether the file that `path` leads to, links followed, lies under `root`. */
function isInside(root: string, path: string): boolean {
  try {
    const file = realpathSync(join(root, path));
    return file === root || file.startsWith(root + sep);
  } catch {
    return false;
  }
}
