/**
 * The posts. Every function takes the user first and refuses by throwing. After every change it calls `publish`
 * and does not know who listens.
 *
 * @module
 */
import { desc, eq } from "drizzle-orm";
import { NotFound } from "holdfast";
import { z } from "zod";
import { isEditor, isReader } from "../accounts/roles.js";
import { requireUser, type Actor } from "../accounts/users.js";
import type { Database } from "../db/client.js";
import { posts, users } from "../db/schema.js";

/** The form for a new post and for a changed one. */
export const PostForm = z.object({
  title: z.string().trim().min(1, "A post needs a title").max(120, "At most 120 characters"),
  body: z.string().trim().min(1, "A post needs a text").max(20_000, "At most 20,000 characters"),
});
export type PostInput = z.input<typeof PostForm>;

/** How many posts the list shows. */
export const NEWEST = 50;

/** A post as pages show it. */
export type Post = typeof posts.$inferSelect & { authorName: string };

/** Identifies a post. Only the id is trusted. */
export type PostRef = Pick<Post, "id">;

/** A new title alone. */
export const TitleForm = PostForm.pick({ title: true });
export type TitleInput = z.input<typeof TitleForm>;

/** Called after each change, so that open pages can follow. */
export interface BlogPublisher {
  postCreated: (post: Post) => void | Promise<void>;
  postSaved: (post: Post) => void | Promise<void>;
  postDeleted: (post: Post) => void | Promise<void>;
}

export type Blog = ReturnType<typeof createBlog>;

/**
 * The blog context.
 *
 * @example
 * const blog = createBlog(db, { publish });
 * await blog.updatePost(currentUser, post, { title: "Hello", body: "…" });
 */
export function createBlog(db: Database, deps: { publish: BlogPublisher; now?: () => Date }) {
  const { publish, now = () => new Date() } = deps;
  const joined = () =>
    db
      .select({
        id: posts.id,
        title: posts.title,
        body: posts.body,
        authorId: posts.authorId,
        createdAt: posts.createdAt,
        updatedAt: posts.updatedAt,
        authorName: users.name,
      })
      .from(posts)
      .innerJoin(users, eq(users.id, posts.authorId));

  async function findPost(id: number): Promise<Post> {
    const post = await joined().where(eq(posts.id, id)).get();
    if (!post) throw new NotFound(`post ${id}`);
    return post;
  }

  /** @throws NotFound if the post is gone */
  async function save(id: number, changes: Partial<z.output<typeof PostForm>>): Promise<Post> {
    await db.update(posts).set({ ...changes, updatedAt: now() }).where(eq(posts.id, id));
    const post = await findPost(id);
    await publish.postSaved(post);
    return post;
  }

  return {
    /**
     * The newest posts first, at most `NEWEST`.
     *
     * @throws Forbidden unless the user is confirmed and not banned
     */
    async listPosts(user: Actor): Promise<Post[]> {
      await requireUser(db, user, isReader, "only confirmed users read posts");
      return joined().orderBy(desc(posts.createdAt), desc(posts.id)).limit(NEWEST);
    },

    /** @throws Forbidden unless the user is confirmed and not banned; NotFound if there is no such post */
    async getPostForUser(user: Actor, id: number): Promise<Post> {
      await requireUser(db, user, isReader, "only confirmed users read posts");
      return findPost(id);
    },

    /** @throws Forbidden unless the user is an editor or admin; ZodError if the form is not filled in */
    async createPost(user: Actor, input: PostInput): Promise<Post> {
      const author = await requireUser(db, user, isEditor, "only editors write posts");
      const form = PostForm.parse(input);
      const at = now();
      const row = await db.insert(posts)
        .values({ ...form, authorId: author.id, createdAt: at, updatedAt: at })
        .returning().get();
      const post = { ...row, authorName: author.name };
      await publish.postCreated(post);
      return post;
    },

    /**
     * Changes the title and the text; the author stays the same.
     *
     * @throws Forbidden unless the user is an editor or admin; NotFound if the post is gone; ZodError if the
     *   form is not filled in
     */
    async updatePost(user: Actor, { id }: PostRef, input: PostInput): Promise<Post> {
      await requireUser(db, user, isEditor, "only editors change posts");
      return save(id, PostForm.parse(input));
    },

    /**
     * Changes the title alone: whoever renames a post on an old page must not bring back its old text.
     *
     * @throws Forbidden unless the user is an editor or admin; NotFound if the post is gone; ZodError for a title
     *   that is empty or too long
     */
    async renamePost(user: Actor, { id }: PostRef, input: TitleInput): Promise<Post> {
      await requireUser(db, user, isEditor, "only editors change posts");
      return save(id, TitleForm.parse(input));
    },

    /** @throws Forbidden unless the user is an editor or admin; NotFound if the post is gone */
    async deletePost(user: Actor, { id }: PostRef): Promise<void> {
      await requireUser(db, user, isEditor, "only editors delete posts");
      const post = await findPost(id);
      const gone = await db.delete(posts).where(eq(posts.id, id)).returning({ id: posts.id }).get();
      if (!gone) throw new NotFound(`post ${id}`); // somebody else was faster, and has published it
      await publish.postDeleted(post);
    },
  };
}
