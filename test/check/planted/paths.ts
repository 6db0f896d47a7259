import { definePaths } from "holdfast";

export const paths = definePaths({ home: "/", posts: "/posts", post: "/posts/:postId", search: "/search/:term?" });
