export { ComparePage } from "./compare-page.tsx";
export { CurvesPage } from "./curves-page.tsx";
