import type { PublishOptions, PubSub } from "./contract.js";
import type { Topic } from "./topic.js";

/**
 * Publishes a payload on a typed topic, or an event on a topic's name: what everything called `broadcast` does.
 *
 * @param event with a typed topic the payload
 */
export function publishOn(
  pubsub: PubSub, topic: Topic<unknown> | string, event: unknown, payload: unknown, options?: PublishOptions,
): Promise<void> {
  if (typeof topic !== "string") return pubsub.broadcast(topic, event, options);
  return pubsub.publish({ topic, event: String(event), payload }, options);
}
