export { moveByEvents, moveByTurns, rewindAtEnd } from "./move-playhead.ts";
export { createPlayClock, type PlayClock, STEPS_PER_SECOND } from "./play-clock.ts";
export { createPlayback, type Playback, type PlaybackOptions } from "./playback-store.ts";
