export { PlaybackBar } from "./playback-bar.tsx";
