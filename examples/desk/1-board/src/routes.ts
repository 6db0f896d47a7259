// src/routes.ts
import { liveSession } from "holdfast";
import { Board } from "./board.js";
import { paths } from "./paths.js";

export const live = [
  liveSession("desk", {}, (live) => {
    live(paths.board, Board);
  }),
];
