import { uploadFrames } from "../features/uploads/index.js";
import type { ClientFrame, ClientFrames } from "../socket/index.js";

/** Every feature that reads client frames. Register a new one here, and nowhere else. */
const PARTS: readonly ClientFrames[] = [uploadFrames];

/** Maps, because the client chooses the names. */
export const frameHandlers: ReadonlyMap<string, ClientFrame> = new Map(PARTS.flatMap(({ frames }) => Object.entries(frames)));
export const frameRefusals = new Map(PARTS.flatMap(({ refusals }) => Object.entries(refusals)));
/** A list: every event asks for each of them, and going through a `Map` allocates at every step. */
export const eventParts = PARTS.flatMap(({ inEvents }) => Object.entries(inEvents));
