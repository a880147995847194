import { memo } from "react";
import { SPARK_HEIGHT, SPARK_WIDTH, type Sparkline } from "../logic/overview/index.ts";
import { seriesStyle } from "../logic/palette/index.ts";
import { useTheme } from "./session/index.ts";
import "../styles/spark.css";

/** A variable's course, small; what it says in numbers stands beside it. */
export const Spark = memo(function Spark({ of: spark }: { of: Sparkline | undefined }) {
  const theme = useTheme();
  if (spark === undefined) return <span className="spark" />;
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {spark.kind === "line" ? (
        <path d={spark.path} className="spark-line" vectorEffect="non-scaling-stroke" />
      ) : (
        spark.bands.map(({ x, width, value, text }) => (
          <rect
            key={x}
            x={x}
            y={3}
            width={width}
            height={SPARK_HEIGHT - 6}
            fill={seriesStyle(value, theme).color}
          >
            <title>{text}</title>
          </rect>
        ))
      )}
    </svg>
  );
});
