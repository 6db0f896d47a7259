// src/routes.ts
import { liveSession } from "holdfast";
import { signedIn } from "./auth.js";
import { Board } from "./board.js";
import { layout } from "./layout.js";
import { paths } from "./paths.js";

export const live = [
  liveSession("desk", { onMount: signedIn, layout }, (live) => {
    live(paths.board, Board);
  }),
];
