import { type ReactNode, useRef, useState } from "react";

interface SplitProps {
  /** `row`: side by side; `column`: one above the other. */
  direction: "row" | "column";
  /** Under which the share is kept in this browser. */
  name: string;
  label: string;
  /** The first part's share, 0–1, until it is moved. */
  initial: number;
  first: ReactNode;
  second: ReactNode;
}

const SMALLEST = 0.12;

/** Two parts with a bar between them that is dragged or moved with the arrow keys. */
export function Split({ direction, name, label, initial, first, second }: SplitProps) {
  const key = `llm-sim.split.${name}`;
  const [share, setShare] = useState(() => clamp(Number(localStorage.getItem(key) ?? initial) || initial));
  const root = useRef<HTMLDivElement>(null);

  function move(next: number): void {
    const kept = clamp(next);
    setShare(kept);
    localStorage.setItem(key, String(kept));
  }

  function drag(event: React.PointerEvent<HTMLHRElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !root.current) return;
    const box = root.current.getBoundingClientRect();
    move(
      direction === "row" ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height,
    );
  }

  const [less, more] = direction === "row" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const sizes = `minmax(0, ${share}fr) 7px minmax(0, ${1 - share}fr)`;
  return (
    <div
      ref={root}
      className={`split split-${direction}`}
      style={direction === "row" ? { gridTemplateColumns: sizes } : { gridTemplateRows: sizes }}
    >
      {first}
      <hr
        className="split-bar"
        tabIndex={0}
        aria-label={label}
        aria-orientation={direction === "row" ? "vertical" : "horizontal"}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={SMALLEST * 100}
        aria-valuemax={100 - SMALLEST * 100}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => move(initial)}
        onKeyDown={(event) => {
          if (event.key === less) move(share - 0.02);
          else if (event.key === more) move(share + 0.02);
          else return;
          event.preventDefault();
        }}
      />
      {second}
    </div>
  );
}

function clamp(share: number): number {
  return Math.min(1 - SMALLEST, Math.max(SMALLEST, share));
}
