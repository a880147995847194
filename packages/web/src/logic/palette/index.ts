export { categoryColor, cssColor, heatColor } from "./grid-colors.ts";
export { KIND_STYLES, type KindShape, type KindStyle, kindColor, type Theme } from "./kind-style.ts";
export { seriesStyle } from "./series-colors.ts";
