import { describe, eventAgent } from "@llm-sim/events/words";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import type { KeyboardEvent } from "react";
import type { GraphNode } from "../../../logic/causal-graph.ts";
import { formatCount } from "../../../logic/format/index.ts";
import { KindMark, Words } from "../../parts/index.ts";

export type FlowNode = Node<
  {
    node: GraphNode;
    selected: boolean;
    /** Goes to the event, or opens the group. */
    onPick: () => void;
    /** Adds the event's own causes and effects; absent where they are there. */
    onExpand: (() => void) | undefined;
    /** Takes the node's own button, while it is drawn. */
    onButton: (button: HTMLButtonElement | null) => void;
    onKey: (event: KeyboardEvent<HTMLElement>) => void;
  },
  "causal"
>;

/** An event with its words, or many of one turn and kind. */
export function CausalNode({
  data: { node, selected, onPick, onExpand, onButton, onKey },
}: NodeProps<FlowNode>) {
  const [head, text] =
    node.type === "event"
      ? [eventAgent(node.event) ?? node.event.event_type.toLowerCase(), describe(node.event)]
      : [`${formatCount(node.events.length)} × ${node.kind}`, "folded; click to open"];
  return (
    <div className={`graph-node graph-${node.type}${selected ? " selected" : ""}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        ref={onButton}
        type="button"
        className="graph-node-body"
        onClick={onPick}
        onKeyDown={onKey}
        aria-current={selected}
        title={text}
      >
        <span className="graph-node-head">
          <KindMark kind={node.type === "event" ? node.event.event_type : node.kind} />
          <span className="graph-node-name">{head}</span>
          <span className="graph-node-turn">
            {node.type === "event" ? node.event.turn_number : node.turn}
          </span>
        </span>
        <Words className="graph-node-text" text={text} />
      </button>
      {onExpand && (
        <button
          type="button"
          className="graph-node-more"
          title="Show its own causes and effects"
          aria-label={`Expand ${text}`}
          onClick={onExpand}
        >
          +
        </button>
      )}
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}
