import { topic, type Topic } from "holdfast";
import type { PublicUser } from "../accounts/index.js";
import type { Post } from "../blog/index.js";

/** What happened to a post of the list. */
export interface PostsChange {
  kind: "created" | "saved" | "deleted";
  post: Post;
}

/** Every change of every post: for the list. */
export const postsChanged: Topic<PostsChange> = topic("posts");

/** A post was saved: for the pages that show it. */
export const postUpdated = (id: number): Topic<Post> => topic(`post:${id}:updated`);

/** A post is gone: for the pages that still show it. */
export const postDeleted = (id: number): Topic<Post> => topic(`post:${id}:deleted`);

/** A user was registered, confirmed, banned or let in again. */
export const usersChanged: Topic<PublicUser> = topic("users");

/** The id under which all sockets of a user are found, and all of the user's sessions are ended. */
export const userSocketId = ({ id }: Pick<PublicUser, "id">): string => `users_socket:${id}`;
