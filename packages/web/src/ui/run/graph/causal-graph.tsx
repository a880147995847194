import { isHole } from "@llm-sim/api";
import {
  Background,
  BackgroundVariant,
  type Edge,
  MarkerType,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  type ReactFlowState,
  useReactFlow,
  useStore,
  useStoreApi,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { nodeAtKey } from "../../../logic/graph-steps.ts";
import { MAX_GRAPH_DEPTH, toggle } from "../../../logic/view/index.ts";
import { Failure, GapMark, Loading } from "../../parts/index.ts";
import { useTheme } from "../../session/index.ts";
import { useRun, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { CausalNode, type FlowNode } from "./graph-nodes.tsx";
import { NODE } from "./layout.ts";
import { type DrawnGraph, useCausalGraph } from "./use-causal-graph.ts";

const NODE_TYPES = { causal: CausalNode };

/** The selected event between what led to it and what it led to. */
export function CausalGraph({ eventId }: { eventId: string }) {
  return (
    <ReactFlowProvider>
      <GraphWithTools eventId={eventId} />
    </ReactFlowProvider>
  );
}

function GraphWithTools({ eventId }: { eventId: string }) {
  const { view } = useRun();
  const depth = useView((one) => one.graphDepth);
  const [expanded, setExpanded] = useState<readonly string[]>([]);
  const [turnMarkers, setTurnMarkers] = useState(false);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const expand = useCallback((id: string) => setExpanded((before) => [...before, id]), []);
  const open = useCallback((id: string) => setOpened((before) => new Set(toggle([...before], id))), []);
  const { drawn, gaps, error } = useCausalGraph(eventId, { depth, turnMarkers }, expanded, opened);
  return (
    <div className="graph">
      <div className="graph-head">
        <label className="row">
          Depth
          <input
            type="range"
            min={1}
            max={MAX_GRAPH_DEPTH}
            value={depth}
            onChange={(event) => view.set({ graphDepth: Number(event.target.value) })}
          />
          <output>{depth}</output>
        </label>
        <label className="row" title="Draw the beginnings and ends of turns, too">
          <input
            type="checkbox"
            checked={turnMarkers}
            onChange={(event) => setTurnMarkers(event.target.checked)}
          />
          Turns
        </label>
        <span className="count">
          {drawn && `${formatCount(drawn.graph.events)} events`}
          {drawn?.truncated && ", more"}
        </span>
        <GapMark gaps={gaps.filter(isHole)} />
        <span className="spacer" />
        <span className="count hint">Arrow keys follow causes and effects; + shows more of a node's own</span>
        <GraphZoom />
      </div>
      {error !== undefined && error !== null && !drawn && <Failure error={error} />}
      {!drawn && !error && <Loading label="Laying out the graph" />}
      {drawn && <Flow drawn={drawn} eventId={eventId} expanded={expanded} onExpand={expand} onOpen={open} />}
    </div>
  );
}

function GraphZoom() {
  const flow = useReactFlow();
  return (
    <span className="button-group">
      <button
        type="button"
        className="button"
        aria-label="Zoom the graph out"
        onClick={() => void flow.zoomOut()}
      >
        −
      </button>
      <button
        type="button"
        className="button"
        aria-label="Zoom the graph in"
        onClick={() => void flow.zoomIn()}
      >
        +
      </button>
      <button
        type="button"
        className="button"
        title="Show the whole graph"
        onClick={() => void flow.fitView({ padding: 0.08 })}
      >
        All
      </button>
    </span>
  );
}

interface FlowProps {
  drawn: DrawnGraph;
  eventId: string;
  expanded: readonly string[];
  onExpand: (eventId: string) => void;
  onOpen: (groupId: string) => void;
}

function Flow({ drawn: { graph, positions }, eventId, expanded, onExpand, onOpen }: FlowProps) {
  const session = useRun();
  const theme = useTheme();
  const flow = useReactFlow();
  const store = useStoreApi();
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  /** The node that the keys went to before it was drawn. */
  const awaited = useRef<string>(undefined);
  const goOn = useCallback(
    (from: string, event: React.KeyboardEvent) => {
      const to = nodeAtKey(event.key, from, { edges: graph.edges, positions });
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const button = buttons.current.get(to);
      if (button) button.focus({ preventScroll: true });
      else awaited.current = to;
      keepInSight(flow, store.getState(), positions.get(to));
    },
    [graph, positions, flow, store],
  );
  const nodes = useMemo(
    () =>
      graph.nodes.map(
        (node): FlowNode => ({
          id: node.id,
          type: "causal",
          position: positions.get(node.id) ?? { x: 0, y: 0 },
          ...NODE,
          data: {
            node,
            selected: node.id === eventId,
            onPick: () => (node.type === "event" ? goToEvent(session, node.event) : onOpen(node.id)),
            onExpand:
              node.type === "event" && node.id !== eventId && !expanded.includes(node.id)
                ? () => onExpand(node.id)
                : undefined,
            onButton: (button) => {
              if (button === null) buttons.current.delete(node.id);
              else buttons.current.set(node.id, button);
              if (button === null || awaited.current !== node.id) return;
              awaited.current = undefined;
              button.focus({ preventScroll: true });
            },
            onKey: (event) => goOn(node.id, event),
          },
        }),
      ),
    [graph, positions, eventId, expanded, session, onExpand, onOpen, goOn],
  );
  const edges = useMemo(
    () =>
      graph.edges.map(
        ({ id, from, to }): Edge => ({
          id,
          source: from,
          target: to,
          focusable: false,
          className: to === eventId ? "edge-cause" : from === eventId ? "edge-effect" : "",
          markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
        }),
      ),
    [graph, eventId],
  );
  /** Whether it was moved by hand since it was laid out: then a panel of another size leaves it where it is. */
  const isMoved = useRef(false);
  // A small graph is shown whole; of a large one the part around the event, legibly.
  const fit = useCallback(() => {
    const whole = graph.nodes.length <= 24;
    const near = new Set([
      eventId,
      ...graph.edges.flatMap(({ from, to }) => (from === eventId ? [to] : to === eventId ? [from] : [])),
    ]);
    void flow
      .fitView({
        padding: 0.08,
        maxZoom: 1.1,
        minZoom: 0.7,
        ...(whole ? {} : { nodes: [...near].slice(0, 14).map((id) => ({ id })) }),
      })
      .then(() => keepInSight(flow, store.getState(), positions.get(eventId)));
  }, [flow, store, graph, positions, eventId]);
  useEffect(() => {
    isMoved.current = false;
    fit();
  }, [fit]);
  const size = useStore(({ width, height }) => `${width} ${height}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new size of the panel
  useEffect(() => {
    if (!isMoved.current) fit();
  }, [size]);

  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      colorMode={theme}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      onlyRenderVisibleElements={nodes.length > 80}
      minZoom={0.05}
      maxZoom={2}
      zoomOnDoubleClick={false}
      proOptions={{ hideAttribution: true }}
      nodesFocusable={false}
      onMoveStart={(event) => {
        if (event !== null) isMoved.current = true;
      }}
    >
      <Background variant={BackgroundVariant.Dots} gap={18} size={1} />
    </ReactFlow>
  );
}

/** What does not fit at a legible size is cut at its edges; where the event itself would be, the graph is moved to it. */
function keepInSight(
  flow: Pick<ReactFlowInstance, "setCenter">,
  { width, height, transform: [left, top, zoom] }: Pick<ReactFlowState, "width" | "height" | "transform">,
  position: { x: number; y: number } | undefined,
): void {
  if (!position) return;
  const [x, y] = [position.x * zoom + left, position.y * zoom + top];
  if (x >= 0 && y >= 0 && x + NODE.width * zoom <= width && y + NODE.height * zoom <= height) return;
  void flow.setCenter(position.x + NODE.width / 2, position.y + NODE.height / 2, { zoom });
}
