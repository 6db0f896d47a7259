import type { Endpoint } from "holdfast";
import type { BlogPublisher } from "../blog/index.js";
import { postDeleted, postsChanged, postUpdated } from "./topics.js";

/**
 * Broadcasts each change of a post to the pages that show it.
 *
 * @param endpoint a function, because the blog exists before its endpoint does
 */
export function blogPublisher(endpoint: () => Endpoint): BlogPublisher {
  return {
    postCreated(post) {
      endpoint().broadcast(postsChanged, { kind: "created", post });
    },
    postSaved(post) {
      endpoint().broadcast(postsChanged, { kind: "saved", post });
      endpoint().broadcast(postUpdated(post.id), post);
    },
    postDeleted(post) {
      endpoint().broadcast(postsChanged, { kind: "deleted", post });
      endpoint().broadcast(postDeleted(post.id), post);
    },
  };
}
