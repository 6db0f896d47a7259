import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What a user may do: readers read, editors also write posts, admins also manage users. */
export const ROLES = ["reader", "editor", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  /** Trimmed and in lower case, so that the unique index compares addresses as people do. */
  email: text("email").notNull().unique("users_email_unique"),
  name: text("name").notNull(),
  passwordHash: text("password_hash").notNull(),
  role: text("role", { enum: ROLES }).notNull().default("reader"),
  confirmedAt: integer("confirmed_at", { mode: "timestamp_ms" }),
  bannedAt: integer("banned_at", { mode: "timestamp_ms" }),
  createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  /** When a mail was last sent to the address because somebody had typed it. */
  mailedAt: integer("mailed_at", { mode: "timestamp_ms" }),
});

/** Only a hash of each token is kept: somebody who reads the table cannot confirm an account. */
export const confirmationTokens = sqliteTable(
  "confirmation_tokens",
  {
    tokenHash: text("token_hash").primaryKey(),
    userId: integer("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
  },
  (table) => [index("confirmation_tokens_user").on(table.userId)],
);

export const posts = sqliteTable(
  "posts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    title: text("title").notNull(),
    body: text("body").notNull(),
    authorId: integer("author_id").notNull().references(() => users.id),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (table) => [index("posts_created_at").on(table.createdAt)],
);

/** Sessions that ended early. Both times are milliseconds since 1970. */
export const revocations = sqliteTable(
  "revocations",
  {
    key: text("key").primaryKey(),
    at: integer("at").notNull(),
    until: integer("until").notNull(),
  },
  (table) => [index("revocations_until").on(table.until)],
);
