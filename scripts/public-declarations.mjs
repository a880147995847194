// What a package's users see of its types: from what its exports name, every declaration that these rest on. The compiler has no
// interface to ask, and what it writes is laid out alike: one statement begins at each line that is not indented.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * @param folder of the package, which has been built
 * @returns `[{ file, name, text }]`, without comments
 */
export function publicDeclarations(folder) {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const entries = Object.values(exports).flatMap(({ types }) => (types ? [resolve(folder, types)] : []));
  const files = new Map();
  const fileOf = (path) => {
    if (!files.has(path)) files.set(path, parsed(path));
    return files.get(path);
  };
  const found = new Map();
  const waiting = entries.flatMap((path) => exportedNames(fileOf, path).map((name) => [path, name]));
  for (const [path, name] of waiting) {
    const place = declarationOf(fileOf, path, name);
    if (place === undefined) continue;
    const key = `${place.path}#${place.name}`;
    if (found.has(key)) continue;
    const file = fileOf(place.path);
    const text = file.declared.get(place.name).join("\n");
    found.set(key, { file: relative(folder, place.path), name: place.name, text, from: file.foreign });
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      if (word !== place.name && file.declared.has(word)) waiting.push([place.path, word]);
      const imported = file.imported.get(word);
      if (imported !== undefined) waiting.push([imported.path, imported.name]);
    }
  }
  return [...found.values()].map(({ from, ...one }) => ({
    ...one,
    /** The modules of others, by the names that it uses of them. */
    uses: new Map([...from].filter(([name]) => new RegExp(`\\b${name}\\b`).test(one.text))),
  }));
}

/** The folders of the packages that others may install. */
export function publicPackages(root) {
  const folder = join(root, "packages");
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, "package.json")))
    .filter((path) => JSON.parse(readFileSync(join(path, "package.json"), "utf8")).private !== true);
}

function parsed(path) {
  const text = readFileSync(path, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const file = { declared: new Map(), imported: new Map(), foreign: new Map(), passedOn: [] };
  for (const statement of text.split(/\n(?=[a-z])/)) read(file, path, statement.trim());
  return file;
}

function read(file, path, statement) {
  const from =
    /^(import|export) (?:type )?(?:\* as (\w+)|(\*)|(\w+)?(?:, )?(?:\{([\s\S]*)\})?) from "([^"]+)";$/.exec(
      statement,
    );
  if (from) {
    const [, verb, namespace, all, byDefault, list = "", module] = from;
    const target = module.startsWith(".")
      ? resolve(dirname(path), module.replace(/\.(?:ts|js)$/, ".d.ts"))
      : undefined;
    const names = list
      .split(",")
      .map((one) => one.trim().replace(/^type /, ""))
      .filter(Boolean);
    for (const one of names) {
      const [name, as = name] = one.split(" as ");
      if (target === undefined) file.foreign.set(as, module);
      else if (verb === "import") file.imported.set(as, { path: target, name });
      else file.passedOn.push({ as, name, path: target });
    }
    if (target === undefined)
      for (const name of [namespace, byDefault]) if (name) file.foreign.set(name, module);
    if (all && target) file.passedOn.push({ path: target });
    return;
  }
  const declared =
    /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const|let|enum|namespace) (\w+)/.exec(
      statement,
    );
  if (declared) file.declared.set(declared[1], [...(file.declared.get(declared[1]) ?? []), statement]);
}

function exportedNames(fileOf, path) {
  const file = fileOf(path);
  const own = [...file.declared]
    .filter(([, texts]) => texts.some((text) => text.startsWith("export ")))
    .map(([name]) => name);
  return [
    ...own,
    ...file.passedOn.flatMap((one) => (one.as === undefined ? exportedNames(fileOf, one.path) : [one.as])),
  ];
}

function declarationOf(fileOf, path, name) {
  const file = fileOf(path);
  if (file.declared.has(name)) return { path, name };
  for (const one of file.passedOn) {
    const place =
      one.as === undefined || one.as === name ? declarationOf(fileOf, one.path, one.name ?? name) : undefined;
    if (place !== undefined) return place;
  }
  const imported = file.imported.get(name);
  return imported && declarationOf(fileOf, imported.path, imported.name);
}
