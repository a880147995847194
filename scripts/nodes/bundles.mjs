// A program that records, as one file that was copied to where nothing is installed.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { recorded } from "./checks.mjs";
import { Project } from "./project.mjs";

/** How esbuild is asked for each kind of module, and the program that it is given. */
export const FORMATS = {
  esm: { program: "events.mjs", extension: "mjs" },
  cjs: { program: "events.cjs", extension: "cjs" },
};

/**
 * Bundles one of the programs, runs the bundle alone, and reads back with the installed packages what it recorded.
 *
 * @param bundle makes a bundle: of a file, to a file, in a format
 */
export async function runBundled(project, node, format, bundle) {
  const { program, extension } = FORMATS[format];
  const id = `bundled-${format}`;
  const source = join(project.directory, program);
  const made = join(project.directory, `bundle.${extension}`);
  await bundle(source, made, format);
  const elsewhere = new Project(node);
  try {
    cpSync(made, join(elsewhere.directory, `bundle.${extension}`));
    const { stderr } = await elsewhere.run("node", [`bundle.${extension}`, id]);
    if (!/main thread/.test(stderr)) throw new Error(`nothing is said of the missing thread: ${stderr}`);
    cpSync(join(elsewhere.directory, "output", id), join(project.directory, "output", id), {
      recursive: true,
    });
  } finally {
    elsewhere.remove();
  }
  return recorded(project, id);
}
