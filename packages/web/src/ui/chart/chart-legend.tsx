import { type ChartData, type Reading, readingAt } from "../../logic/charts/index.ts";
import { formatCount } from "../../logic/format/index.ts";

/** What each line is, and its value at a place. */
export function ChartLegend({ data, place }: { data: ChartData; place: number }) {
  const { turn, items } = readingAt(data, place);
  return (
    <ul className="legend">
      <li className="legend-turn">turn {formatCount(turn)}</li>
      {items.map((item) => (
        <li key={item.label}>
          <Swatch item={item} filled={item.isBand || data.stacked} />
          <bdi className="legend-label">{item.label}</bdi>
          <span className="legend-value">{item.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Swatch({ item: { color, dash }, filled }: { item: Reading["items"][number]; filled: boolean }) {
  return (
    <svg width="18" height="8" aria-hidden="true">
      {filled ? (
        <rect x="1" y="0" width="16" height="8" fill={color} opacity="0.55" />
      ) : (
        <line x1="0" x2="18" y1="4" y2="4" stroke={color} strokeWidth="2" strokeDasharray={dash.join(" ")} />
      )}
    </svg>
  );
}
