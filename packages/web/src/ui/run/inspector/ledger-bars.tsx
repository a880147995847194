import type { Ledger } from "@llm-sim/api";
import { useMemo, useRef, useState } from "react";
import { formatDifference, formatNumber } from "../../../logic/format/index.ts";
import { byActor, stacksOf } from "../../../logic/ledger/index.ts";
import { seriesStyle } from "../../../logic/palette/index.ts";
import { useTheme } from "../../session/index.ts";

const HEIGHT = 96;
/** Of the drawing; it is stretched to the width there is. */
const WIDTH = 600;

interface LedgerBarsProps {
  ledger: Ledger;
  /** Turns were dragged over, both ends included. */
  onChoose: (from: number, to: number) => void;
}

/** Who changed a number over turns: what was added stands above the line, what was taken below. */
export function LedgerBars({ ledger, onChoose }: LedgerBarsProps) {
  const theme = useTheme();
  const root = useRef<SVGSVGElement>(null);
  const [dragged, setDragged] = useState<{ from: number; to: number }>();
  const { stretches = [] } = ledger;
  const actors = useMemo(() => byActor(ledger), [ledger]);
  const { bars, least, greatest } = useMemo(() => stacksOf(actors, stretches.length), [actors, stretches]);
  const first = ledger.from.turn + 1;
  const last = Math.max(first, stretches.at(-1)?.turn_end ?? first);
  if (stretches.length < 2) return null;
  const turns = last - first + 1;
  const x = (turn: number) => ((turn - first) / turns) * WIDTH;
  const y = (value: number) => ((greatest - value) / (greatest - least || 1)) * HEIGHT;
  const turnAt = (clientX: number): number => {
    const box = root.current?.getBoundingClientRect();
    if (!box || box.width === 0) return first;
    return Math.min(last, Math.max(first, first + Math.floor(((clientX - box.left) / box.width) * turns)));
  };
  const color = (actor: number) => seriesStyle(actor, theme).color;
  function release(): void {
    if (dragged && dragged.from !== dragged.to)
      onChoose(Math.min(dragged.from, dragged.to), Math.max(dragged.from, dragged.to));
    setDragged(undefined);
  }
  return (
    <figure className="ledger-bars">
      <figcaption>Over turns, by who changed it. Drag to choose turns.</figcaption>
      <svg
        ref={root}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Changes over turns ${first} to ${last}: ${actors
          .map(({ name, amount }) => `${name} ${formatDifference(amount)}`)
          .join(", ")}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const turn = turnAt(event.clientX);
          setDragged({ from: turn, to: turn });
        }}
        onPointerMove={(event) => dragged && setDragged({ ...dragged, to: turnAt(event.clientX) })}
        onPointerUp={release}
        onPointerCancel={() => setDragged(undefined)}
      >
        {stretches.map(({ turn_start: from, turn_end: to, value }, place) => (
          <g key={from}>
            <title>
              {`${from === to ? `turn ${from}` : `turns ${from}–${to}`}: ${(bars[place] ?? [])
                .map((piece) => `${actors[piece.actor]?.name} ${formatDifference(piece.to - piece.from)}`)
                .join(", ")}; then ${formatNumber(value)}`}
            </title>
            <rect x={x(from)} width={x(to + 1) - x(from)} y={0} height={HEIGHT} className="ledger-turn" />
            {(bars[place] ?? []).map((piece) => (
              <rect
                key={piece.actor}
                x={x(from) + 0.5}
                width={Math.max(1, x(to + 1) - x(from) - 1)}
                y={Math.min(y(piece.from), y(piece.to))}
                height={Math.abs(y(piece.from) - y(piece.to))}
                fill={color(piece.actor)}
              />
            ))}
          </g>
        ))}
        <line x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} className="ledger-zero" />
        {dragged && (
          <rect
            className="ledger-chosen"
            x={x(Math.min(dragged.from, dragged.to))}
            width={x(Math.max(dragged.from, dragged.to) + 1) - x(Math.min(dragged.from, dragged.to))}
            y={0}
            height={HEIGHT}
          />
        )}
      </svg>
      <div className="ledger-axis" aria-hidden="true">
        <span>turn {first}</span>
        <span>
          {formatDifference(least)} to {formatDifference(greatest)} a bar
        </span>
        <span>turn {last}</span>
      </div>
      <ul className="ledger-legend">
        {actors.map(({ name, amount }, at) => (
          <li key={name}>
            <i style={{ background: color(at) }} aria-hidden="true" /> {name}{" "}
            <span className="count">{formatDifference(amount)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
