export { FilterBar } from "./filter-bar.tsx";
export { FilterNote } from "./filter-note.tsx";
