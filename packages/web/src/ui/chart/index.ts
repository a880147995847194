export { ChartLegend } from "./chart-legend.tsx";
export { type ChartMarks, chartOptions, SLACK } from "./chart-options.ts";
export { chartPicture } from "./chart-picture.ts";
