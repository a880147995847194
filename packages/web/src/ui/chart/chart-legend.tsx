import { type ChartData, type Reading, readingAt } from "../../logic/charts/index.ts";
import { formatCount } from "../../logic/format/index.ts";

/** How strongly counts are filled that lie one upon another. */
const STACKED = 0.55;

/** What each line is, and its value at a place. */
export function ChartLegend({ data, place }: { data: ChartData; place: number }) {
  const { turn, items } = readingAt(data, place);
  return (
    <ul className="legend">
      <li className="legend-turn">turn {formatCount(turn)}</li>
      {items.map((item) => (
        <li key={item.label}>
          <Swatch item={item} stacked={data.stacked} />
          <bdi className="legend-label">{item.label}</bdi>
          <span className="legend-value">{item.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Swatch({
  item: { color, dash, opacity },
  stacked,
}: {
  item: Reading["items"][number];
  stacked: boolean;
}) {
  const fill = opacity ?? (stacked ? STACKED : undefined);
  return (
    <svg width="18" height="8" aria-hidden="true">
      {fill !== undefined ? (
        <rect x="1" y="0" width="16" height="8" fill={color} opacity={fill} />
      ) : (
        <line x1="0" x2="18" y1="4" y2="4" stroke={color} strokeWidth="2" strokeDasharray={dash.join(" ")} />
      )}
    </svg>
  );
}
