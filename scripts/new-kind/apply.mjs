import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @returns what a step does not find in the tree below `root`, a line each */
export function problemsOf(recipe, root) {
  return recipe.flatMap(({ file, at, create }) => {
    const path = join(root, file);
    if (create !== undefined)
      return existsSync(path) ? [`${file}: the recipe makes it, but it is there`] : [];
    if (!existsSync(path)) return [`${file}: there is no such file`];
    const times = readFileSync(path, "utf8").split(at).length - 1;
    return times === 1 ? [] : [`${file}: ${JSON.stringify(at)} stands ${times} times in it, and not once`];
  });
}

/** Follows the recipe in the tree below `root`. */
export function apply(recipe, root) {
  for (const { file, at, create, before = "", behind = "", instead = at } of recipe) {
    const path = join(root, file);
    const text = create ?? readFileSync(path, "utf8").replace(at, () => `${before}${instead}${behind}`);
    writeFileSync(path, text);
  }
}
