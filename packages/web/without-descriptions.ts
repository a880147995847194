import type { Plugin } from "vite";

/** Where schemas come from that the API's documentation is made of as well. */
const SCHEMAS = /[\\/](?:packages|node_modules[\\/]@llm-sim)[\\/](?:api|events)[\\/]dist[\\/]/;
/** What an endpoint, or an error, says of itself. */
const WORDS: readonly unknown[] = ["operationId", "tag", "summary", "description", "answers", "when"];

/**
 * Leaves out what the API's contract says for its documentation, `.meta({ description: … })` of schemas and the summaries of
 * endpoints: the browser parses with them, and shows none of it.
 */
export function withoutDescriptions(): Plugin {
  return {
    name: "without-descriptions",
    apply: "build",
    transform(code, id) {
      if (!SCHEMAS.test(id)) return undefined;
      return { code: cutDescriptions(code, this.parse(code)), map: null };
    },
  };
}

/** @param tree the code, parsed as ESTree */
export function cutDescriptions(code: string, tree: unknown): string {
  const cuts = cutsIn(tree).sort((one, other) => other.from - one.from);
  return cuts.reduce((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), code);
}

/** Stretches of the code, none in another. */
interface Cut {
  from: number;
  to: number;
}

function cutsIn(node: unknown): Cut[] {
  if (Array.isArray(node)) return node.flatMap(cutsIn);
  if (!isNode(node)) return [];
  if (node.type === "CallExpression") {
    const { callee, end } = node;
    const object = isNode(callee) && isNamed(callee.property, ["meta"]) ? callee.object : undefined;
    // From the end of what `.meta` is called on to the end of the call.
    if (isNode(object)) return [...cutsIn(object), { from: object.end, to: end }];
  }
  if (node.type === "ObjectExpression" && Array.isArray(node.properties)) {
    const properties = node.properties.filter(isNode);
    return properties.flatMap((property, place) =>
      isNamed(property.key, WORDS) && isText(property.value)
        ? { from: property.start, to: properties[place + 1]?.start ?? property.end }
        : cutsIn(property),
    );
  }
  return Object.values(node).flatMap(cutsIn);
}

function isNamed(node: unknown, names: readonly unknown[]): boolean {
  return isNode(node) && node.type === "Identifier" && names.includes(node.name);
}

/** A text, or several joined with `+`. */
function isText(node: unknown): node is SyntaxNode {
  if (!isNode(node)) return false;
  return node.type === "BinaryExpression"
    ? isText(node.left) && isText(node.right)
    : node.type === "Literal" && typeof node.value === "string";
}

interface SyntaxNode extends Readonly<Record<string, unknown>> {
  type: string;
  start: number;
  end: number;
}

function isNode(value: unknown): value is SyntaxNode {
  if (typeof value !== "object" || value === null) return false;
  const { type, start, end }: { type?: unknown; start?: unknown; end?: unknown } = value;
  return typeof type === "string" && typeof start === "number" && typeof end === "number";
}
