export { type Line, LineChart } from "./line-chart.tsx";
