export interface TreeNode {
  /** One line, painted; `cells` is how much room there is for it. */
  label(cells: number): string;
  children: readonly TreeNode[];
}

/** Draws a tree, line by line. Depth is limited by the caller; nothing here recurses. */
export function* treeLines(root: TreeNode, cells: number): Generator<string, void, undefined> {
  yield root.label(cells);
  const stack: { node: TreeNode; prefix: string; isLast: boolean }[] = [];
  const push = (node: TreeNode, prefix: string) => {
    for (let at = node.children.length - 1; at >= 0; at--) {
      const child = node.children[at];
      if (child) stack.push({ node: child, prefix, isLast: at === node.children.length - 1 });
    }
  };
  push(root, "");
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, prefix, isLast } = next;
    const branch = `${prefix}${isLast ? "└─ " : "├─ "}`;
    yield `${branch}${node.label(Math.max(1, cells - branch.length))}`;
    push(node, `${prefix}${isLast ? "   " : "│  "}`);
  }
}
