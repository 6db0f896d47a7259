import { serve } from "holdfast/node";
import { createGallery } from "./app.js";

const { env } = process;
const gallery = createGallery({
  secret: env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  url: env["URL"],
});
const { url } = await serve(gallery, { port: Number(env["PORT"] ?? 4001), host: env["HOST"] ?? "127.0.0.1", signals: true });
console.log(`The gallery is open: ${url}`);
