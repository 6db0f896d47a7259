import { topic, type Topic } from "holdfast";
import type { PublicUser } from "../accounts/index.js";
import type { Post } from "../blog/index.js";

/** A change of a post. */
export interface PostsChange {
  kind: "created" | "saved" | "deleted";
  post: Post;
}

/** Every change of every post; the list subscribes to it. */
export const postsChanged: Topic<PostsChange> = topic("posts");

/** A post was saved; the pages that show it subscribe to this. */
export const postUpdated = (id: number): Topic<Post> => topic(`post:${id}:updated`);

/** A post was deleted; the pages that show it subscribe to this. */
export const postDeleted = (id: number): Topic<Post> => topic(`post:${id}:deleted`);

/** A user was registered, confirmed, banned or unbanned. */
export const usersChanged: Topic<PublicUser> = topic("users");

/** The id by which `endpoint.endSessions` finds all sockets and sessions of a user. */
export const userSocketId = ({ id }: Pick<PublicUser, "id">): string => `users_socket:${id}`;
