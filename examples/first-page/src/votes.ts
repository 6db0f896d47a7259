// src/votes.ts
import { createPubSub, topic } from "holdfast";

export const pubsub = createPubSub();
export const voted = topic<{ tea: number; coffee: number }>("voted");

export const votes = { tea: 0, coffee: 0 };

export function vote(drink: "tea" | "coffee"): void {
  votes[drink] += 1;
  void pubsub.broadcast(voted, { ...votes });
}
